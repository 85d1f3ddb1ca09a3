import { useEffect, useState } from 'react';

/** Markdown to finished lines of at most `width` cells. */
export type RenderMarkdown = (markdown: string, width: number) => string[];

let loaded: RenderMarkdown | undefined;

// Rendering the same text again happens with every key; the texts of one screen are few.
const remembered = (render: RenderMarkdown): RenderMarkdown => {
  const cache = new Map<string, string[]>();
  return (markdown, width) => {
    const key = `${width}:${markdown}`;
    const known = cache.get(key);
    if (known) return known;
    const lines = render(markdown, width);
    if (cache.size > 500) cache.clear();
    cache.set(key, lines);
    return lines;
  };
};

/** Loads the renderer: it is too heavy to wait for it before the first frame. */
export const loadMarkdown = async (): Promise<RenderMarkdown> => {
  if (!loaded) {
    const { renderMarkdown } = await import('../../course/terminal-text.ts');
    loaded = remembered(renderMarkdown);
  }
  return loaded;
};

/** Nothing until the renderer is loaded. */
export const useMarkdown = (): RenderMarkdown | undefined => {
  const [render, setRender] = useState(() => loaded);
  useEffect(() => {
    let gone = false;
    void loadMarkdown().then(ready => !gone && setRender(() => ready));
    return () => {
      gone = true;
    };
  }, []);
  return render;
};
