// Its own types bring the DOM into the whole program; this is what is used of it.
declare module 'highlight.js/lib/core' {
  const hljs: {
    registerLanguage(name: string, language: unknown): void;
    registerAliases(aliases: string[], options: { languageName: string }): void;
    getLanguage(name: string): object | undefined;
    highlight(code: string, options: { language: string; ignoreIllegals: boolean }): { value: string };
  };
  // biome-ignore lint/style/noDefaultExport: that is how the package exports it.
  export default hljs;
}

declare module 'highlight.js/lib/languages/*' {
  const language: unknown;
  // biome-ignore lint/style/noDefaultExport: that is how the package exports it.
  export default language;
}
