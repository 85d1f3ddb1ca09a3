/** Comments are notes of the author; learners never see them. */
export const isComment = (html: string): boolean => /^\s*<!--[\s\S]*-->\s*$/.test(html);

export const isLineBreak = (html: string): boolean => /^<br\s*\/?>$/i.test(html);
