import { usableKeys } from '../../services/keys.js';
import { publicJwk } from '../../tokens/keys.js';
import type { Command } from '../command.js';
import { exitCodes, usageError } from '../exitCodes.js';
import { withExistingStore } from '../withStore.js';
import { settingsOf, takesKeySettings } from './keyCommand.js';

/** `gatehouse keys export --public`. */
export const keysExport: Command = {
  name: 'keys export',
  summary: 'Print the public keys as a JWK Set, for verifiers that cannot fetch it.',
  positionals: [],
  flags: [
    {
      name: 'public',
      value: null,
      help: 'Must be written: private keys and secrets are not exported.',
    },
  ],
  takes: takesKeySettings,
  async run(call, io) {
    if (!call.isSet('public')) {
      throw usageError(
        'Private keys and secrets are not exported. Write: gatehouse keys export --public',
      );
    }
    return withExistingStore(call, io, async (store) => {
      const rows = await store.keys();
      const keys = usableKeys(settingsOf(call.config), rows, 'access', io.clock.now());
      const jwks = keys.map(publicJwk).filter((jwk) => jwk !== null);
      io.stdout(`${JSON.stringify({ keys: jwks }, null, 2)}\n`);
      return exitCodes.done;
    });
  },
};
