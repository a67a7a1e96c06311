import { openStore } from '../../src/store/open.js';
import { useFolder } from '../support/folder.js';
import { storeContract } from '../storeContract.js';
import { twoNodesContract } from './contract/twoNodes.js';

const folder = useFolder();
let files = 0;

storeContract('a SQLite file', (options) => openStore(folder(`${files++}.db`), options));
storeContract('SQLite in memory', (options) => openStore(':memory:', options));

twoNodesContract('a SQLite file', () => {
  const path = folder(`${files++}.db`);
  return (options) => openStore(path, options);
});
