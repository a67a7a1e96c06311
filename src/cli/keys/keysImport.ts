import {
  guessAlgorithm,
  importJwk,
  importPem,
  type Algorithm,
  type TokenKey,
} from '../../tokens/keys.js';
import { valueOf } from '../accounts.js';
import type { Command } from '../command.js';
import { exitCodes, failure } from '../exitCodes.js';
import { contentOf } from '../io.js';
import { withStore } from '../withStore.js';
import {
  administrationOf,
  algorithmFlag,
  algorithmOf,
  announce,
  atTheConsole,
  takesKeySettings,
} from './keyCommand.js';

/** `gatehouse keys import`. */
export const keysImport: Command = {
  name: 'keys import',
  summary: 'Take a private key (PEM or JWK) into the database; it signs access tokens.',
  positionals: ['FILE'],
  flags: [
    {
      ...algorithmFlag,
      help: 'What it signs with. (Default: `alg` of a JWK; of a PEM the one of its curve, RS256 for RSA)',
    },
  ],
  takes: takesKeySettings,
  async run(call, io) {
    const file = call.positionals[0] as string;
    const text = await contentOf(
      file,
      io,
      'Name a file with a private key, or - for standard input.',
    );
    const key = keyOf(text.trim(), algorithmOf(call));
    return withStore(call, io, async (store) => {
      announce(io, call, valueOf(await administrationOf(store, call, io).take(atTheConsole, key)));
      return exitCodes.done;
    });
  },
};

function keyOf(text: string, algorithm: Algorithm | undefined): TokenKey {
  let key: TokenKey;
  try {
    key = text.startsWith('{')
      ? importJwk(parsed(text), algorithm)
      : importPem(text, algorithm ?? guessAlgorithm(text) ?? 'RS256');
  } catch (error) {
    throw failure((error as Error).message);
  }
  if (key.signWith !== null) return key;
  throw failure(
    'This key only verifies. A private key is needed, or a secret as a JWK of the type oct.',
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw failure('Expected a JWK, but this is not valid JSON. Export the key anew.');
  }
}
