import { migrateStore } from '../store/migrate.js';
import { describeStore, parseStoreUrl } from '../store/url.js';
import { takesDatabase, type Command } from './command.js';
import { exitCodes } from './exitCodes.js';

/** `gatehouse migrate`. `serve` does the same at its start. */
export const migrate: Command = {
  name: 'migrate',
  summary: 'Create the database, or bring its schema up to date.',
  positionals: [],
  flags: [],
  takes: takesDatabase,
  async run({ config }, io) {
    const { from, to } = await migrateStore(config.database);
    const done = from === to ? `is up to date (schema ${to})` : `went from schema ${from} to ${to}`;
    io.stdout(`${describeStore(parseStoreUrl(config.database))} ${done}.\n`);
    return exitCodes.done;
  },
};
