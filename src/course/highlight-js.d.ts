// Its own types bring the DOM into the whole program; this is what is used of it.
declare module 'highlight.js/lib/core.js' {
  /** The tree that is built before it is turned into HTML. */
  export interface TreeNode {
    kind?: string;
    children: (TreeNode | string)[];
  }
  const hljs: {
    registerLanguage(name: string, language: unknown): void;
    registerAliases(aliases: string[], options: { languageName: string }): void;
    getLanguage(name: string): object | undefined;
    highlight(
      code: string,
      options: { language: string; ignoreIllegals: boolean },
    ): { emitter: { rootNode: TreeNode } };
  };
  // biome-ignore lint/style/noDefaultExport: that is how the package exports it.
  export default hljs;
}

declare module 'highlight.js/lib/languages/*' {
  const language: unknown;
  // biome-ignore lint/style/noDefaultExport: that is how the package exports it.
  export default language;
}
