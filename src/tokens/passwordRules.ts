import { characters, MAX_PASSWORD_LENGTH, readPassword } from './passwordText.js';

const MIN_PASSWORD_LENGTH = 8;

let commonPasswords: Promise<ReadonlySet<string>> | undefined;

/**
 * What is wrong with a new password, as a sentence for the person who chose it; null when nothing is. 8 to 256
 * characters, neither a common password nor the email (NIST SP 800-63B §5.1.1.2). Asks for no digits or signs,
 * and does not estimate strength. The first call loads the list of common passwords.
 */
export async function passwordProblem(password: string, email: string): Promise<string | null> {
  const text = readPassword(password);
  if (text === null) {
    return /\p{Surrogate}/u.test(password)
      ? 'The password holds characters that are not valid text.'
      : `The password must have at most ${MAX_PASSWORD_LENGTH} characters.`;
  }
  if (characters(text) < MIN_PASSWORD_LENGTH) {
    return `The password must have at least ${MIN_PASSWORD_LENGTH} characters.`;
  }
  const folded = text.toLowerCase();
  const address = email.slice(0, 1024).normalize('NFC').toLowerCase();
  if (folded === address || folded === address.split('@')[0]) {
    return 'The password must not be the email address.';
  }
  return (await knownCommonPasswords()).has(folded)
    ? 'This password is one of the most common ones. Choose another.'
    : null;
}

/** Loaded once; a load that fails (no memory, no file handle) is tried again by whoever asks next. */
function knownCommonPasswords(): Promise<ReadonlySet<string>> {
  commonPasswords ??= loadCommonPasswords().catch((error: unknown) => {
    commonPasswords = undefined;
    throw error;
  });
  return commonPasswords;
}

async function loadCommonPasswords(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  const list = dictionary['passwords-common'];
  // Shorter ones are refused for their length.
  return new Set(
    list.filter((word) => word.length >= MIN_PASSWORD_LENGTH).map((w) => w.toLowerCase()),
  );
}
