import { useEffect, useMemo, useState } from 'react';

/** Markdown to finished lines of at most `width` cells. */
export type RenderMarkdown = (markdown: string, width: number) => string[];

type Renderer = typeof import('../../course/terminal-text.ts').renderMarkdown;

let loaded: Renderer | undefined;

// Every key draws the texts on screen anew, and they are few.
const remembered = (render: RenderMarkdown): RenderMarkdown => {
  const known = new Map<string, string[]>();
  return (markdown, width) => {
    const key = `${width} ${markdown}`;
    const lines = known.get(key) ?? render(markdown, width);
    if (known.size > 500) known.clear();
    known.set(key, lines);
    return lines;
  };
};

/** Loads the renderer behind the first frame, when it is wanted: it is too heavy to wait for. Nothing until then. */
export const useMarkdown = (wanted: boolean, ascii: boolean, color: boolean): RenderMarkdown | undefined => {
  const [renderer, setRenderer] = useState(() => loaded);
  useEffect(() => {
    if (!wanted) return;
    let gone = false;
    void import('../../course/terminal-text.ts').then(({ renderMarkdown }) => {
      loaded = renderMarkdown;
      if (!gone) setRenderer(() => renderMarkdown);
    });
    return () => {
      gone = true;
    };
  }, [wanted]);
  return useMemo(
    () => renderer && remembered((markdown, width) => renderer(markdown, width, { ascii, color })),
    [renderer, ascii, color],
  );
};
