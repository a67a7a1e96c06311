/** Characters of a password after NFC. */
export const MAX_PASSWORD_LENGTH = 256;

/** NFC makes at most four code units into one, so a longer text holds too many characters in any case. */
const MAX_CODE_UNITS = 4 * MAX_PASSWORD_LENGTH;

/**
 * The text that is hashed, in NFC so that every keyboard gives the same bytes (RFC 8265 §4.2). Null for what can
 * be no password: lone surrogates, which all become the same bytes in UTF-8, and more than 256 characters.
 */
export function readPassword(password: string): string | null {
  // Asked before NFC: it takes seconds for a megabyte of combining marks.
  if (password.length > MAX_CODE_UNITS || /\p{Surrogate}/u.test(password)) return null;
  const text = password.normalize('NFC');
  return characters(text) > MAX_PASSWORD_LENGTH ? null : text;
}

/** Code points. */
export const characters = (text: string): number => [...text].length;
