/** PostgreSQL's text has no NUL, and UTF-8 no half of a surrogate pair. */
const CHANGED = /[\0\p{Surrogate}]/u;

/** Whether every engine gives a text back as it came. */
export const isKeptAsItIs = (text: string): boolean => !CHANGED.test(text);
