/** node bench/profile/ladder/server.mjs RUNG DATABASE: serves one rung of the ladder. */
import { leanHeap } from '../../../.modules/cli/leanHeap.js';
import { rungs } from './rungs.mjs';

leanHeap();
const [name, database] = process.argv.slice(2);
const url = await rungs[name].serve(database);
process.stdout.write(`Listening on ${url}\n`);
process.once('SIGTERM', () => process.exit(0));
