import { createPublicKey, createSecretKey } from 'node:crypto';

const { BENCH_DATABASE, BENCH_ALGORITHM, BENCH_KEY } = process.env;

export const database = BENCH_DATABASE;
export const algorithm = BENCH_ALGORITHM;
/** The secret, or the public key as PEM. */
export const keyText = BENCH_KEY;
/** The same, parsed once: jsonwebtoken parses a text again for each token, and a secret as a public key first. */
export const key =
  algorithm === 'HS256' ? createSecretKey(Buffer.from(keyText)) : createPublicKey(keyText);
