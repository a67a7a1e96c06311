import isEmail from 'validator/lib/isEmail.js';

/** One spelling of an address: Unicode NFC, no blanks around it, lower case. */
export const normalizeEmail = (email: string): string =>
  email.normalize('NFC').trim().toLowerCase();

/** What is wrong with a normalised address, or null. Whether it receives mail is not asked. */
export function emailProblem(email: string): string | null {
  return isEmail.default(email, { allow_utf8_local_part: true })
    ? null
    : 'An email address looks like name@example.com.';
}
