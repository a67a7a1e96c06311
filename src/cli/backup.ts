import { backUp } from '../store/sqlite/dump.js';
import { describeStore, parseStoreUrl } from '../store/url.js';
import { takesDatabase, type Command } from './command.js';
import { CommandError, exitCodes, failure } from './exitCodes.js';

/** `gatehouse backup`. */
export const backup: Command = {
  name: 'backup',
  summary: 'Copy the SQLite database to a new file, while servers go on.',
  positionals: ['FILE'],
  flags: [],
  takes: takesDatabase,
  run({ config, positionals: [file = ''] }, io) {
    const location = parseStoreUrl(config.database);
    if (location.engine === 'postgres') {
      throw failure(
        `${describeStore(location)} has a tool of its own for this. Run: ` +
          `pg_dump --format=custom --schema=${location.schema} --extension=pg_trgm --file=${file} DATABASE_URL`,
      );
    }
    if (!io.fileExists(location.path)) {
      throw new CommandError(
        exitCodes.store,
        `There is no database at ${location.path}. Name the right one with --database or GATEHOUSE_DATABASE.`,
      );
    }
    backUp(location.path, file);
    io.stdout(
      `${location.path} was copied to ${file}. It holds keys and password hashes: keep it as you keep those.\n`,
    );
    return Promise.resolve(exitCodes.done);
  },
};
