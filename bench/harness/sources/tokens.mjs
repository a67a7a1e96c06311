import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';

/** One answer in so many is read; of the others the status alone. */
const SAMPLE = 64;

/**
 * The same document with one token after the other. `tokensFile` holds one token a line, `answersFile` a JSON list of
 * the data that is due; token n is answered by answer n modulo their number. `once`: no token is sent twice, and the
 * load ends where they end.
 */
export function createSource({ body, tokensFile, answersFile, once = false }) {
  const tokens = readFileSync(tokensFile, 'utf8').split('\n').filter(Boolean);
  const answers = JSON.parse(readFileSync(answersFile, 'utf8'));
  let sent = 0;
  let seen = 0;
  return {
    next() {
      const number = sent++;
      if (once && number >= tokens.length) return null;
      const index = number % tokens.length;
      const headers = [
        'content-type',
        'application/json',
        'authorization',
        `Bearer ${tokens[index]}`,
      ];
      return { headers, body, index };
    },
    check({ index }, status, chunks) {
      if (status === 200 && seen++ % SAMPLE !== 0) return;
      const text = Buffer.concat(chunks).toString();
      const { data, errors } = JSON.parse(text);
      const due = answers[index % answers.length];
      if (status !== 200 || errors !== undefined || !isDeepStrictEqual(data, due)) {
        throw new Error(`Expected ${JSON.stringify(due)}, but came ${status} ${text}`);
      }
    },
  };
}
