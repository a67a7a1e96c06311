import isEmail from 'validator/lib/isEmail.js';

/** No address is longer (RFC 5321 §4.5.3.1 allows 254), so what is cut off belonged to none. */
const MAX_LENGTH = 1024;

/**
 * One spelling of an address, or of a part of one: no blanks around it, lower case, Unicode NFC. Of a text that is
 * too long for any address the beginning, which is still too long: cheap, whatever was sent.
 */
export const normalizeEmail = (email: string): string =>
  // Cut before NFC, which takes seconds for a megabyte of combining marks; NFC twice, because lower case undoes it.
  email.trim().slice(0, MAX_LENGTH).normalize('NFC').toLowerCase().normalize('NFC').trim();

/**
 * What nobody sees makes two addresses look like one: control and format characters, blanks of all widths, fillers
 * (default-ignorable, UAX #44) and the empty Braille pattern. At a lone surrogate, which is one of `\p{C}`, the check
 * behind throws.
 */
const UNSEEN = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** What is wrong with a normalised address, or null. Whether it receives mail is not asked. */
export function emailProblem(email: string): string | null {
  const isAddress = !UNSEEN.test(email) && isEmail.default(email, { allow_utf8_local_part: true });
  return isAddress ? null : 'An email address looks like name@example.com.';
}
