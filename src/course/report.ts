/** Takes a problem of the file that is being parsed: what is wrong, and what is expected. */
export type Report = (line: number, message: string) => void;
