import { useEffect, useState } from 'react';
import { Frame } from './frame.tsx';

type LabScreen = typeof import('../screens/lab.tsx').Lab;

let loading: Promise<void> | undefined;
let loaded: LabScreen | undefined;

/** Loads the lab's screen, for which the first frame of no other screen shall wait. */
export const loadLab = (): Promise<void> => {
  loading ??= import('../screens/lab.tsx').then(({ Lab }) => {
    loaded = Lab;
  });
  return loading;
};

/** The lab's screen as soon as it is loaded. */
export const LazyLab = () => {
  const [screen, setScreen] = useState(() => loaded);
  useEffect(() => {
    let gone = false;
    void loadLab().then(() => !gone && setScreen(() => loaded));
    return () => {
      gone = true;
    };
  }, []);
  const Lab = screen;
  // What is typed until then is no key: a word for the prompt may begin with one that leads back.
  return Lab ? (
    <Lab />
  ) : (
    <Frame mode="command" title="Lab">
      {null}
    </Frame>
  );
};
