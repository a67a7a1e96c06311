import { silentLog } from '../../../src/log.js';
import { openStore } from '../../../src/store/open.js';
import { systemClock } from '../../../src/time.js';

/** Starts on one file beside others, as the nodes of a first start do, and says what it found. */
const [path = '', name = ''] = process.argv.slice(2);
const store = await openStore(path, { clock: systemClock, log: silentLog });
await store.ensureKeys(
  [
    {
      kid: name,
      purpose: 'access',
      algorithm: 'HS256',
      secret: Buffer.from(name),
      publicKey: null,
      createdAt: Date.now(),
      signsFrom: Date.now(),
      retiredAt: null,
    },
  ],
  [],
);
const keys = await store.keys();
const user = await store.createUser(
  {
    id: name,
    email: `${name}@example.com`,
    passwordHash: null,
    createdAt: Date.now(),
    roles: ['admin'],
    onlyIfEmpty: true,
  },
  { event: 'user_created', actorId: null },
);
await store.close();
process.stdout.write(JSON.stringify({ keys: keys.map(({ kid }) => kid), user: user.kind }));
