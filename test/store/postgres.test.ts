import { openStore } from '../../src/store/open.js';
import { usePostgres } from '../support/postgres.js';
import { storeContract } from '../storeContract.js';
import { twoNodesContract } from './contract/twoNodes.js';

const postgres = usePostgres();

storeContract('PostgreSQL', (options) => openStore(postgres.fresh(), options));
twoNodesContract('PostgreSQL', () => {
  const url = postgres.fresh();
  return (options) => openStore(url, options);
});
