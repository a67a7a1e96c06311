import type pg from 'pg';
import { StoreUnavailableError } from '../failures.js';
import { backoff, type Random } from '../retry.js';
import {
  asStoreFailure,
  isConnectionLost,
  isRolledBack,
  sqlState,
  wasNeverSent,
} from './failure.js';
import { queryOf, type Sql } from './sql.js';

export interface Database {
  /** One statement, on its own. */
  read: Sql;
  /** All of it or nothing. May run more than once; answers after COMMIT. */
  transaction: <T>(work: (sql: Sql) => Promise<T>) => Promise<T>;
  /** Waits for what is under way, then refuses. */
  close: () => Promise<void>;
}

export interface DatabaseOptions {
  /** Reads have connections of their own: writes that wait for a lock keep no request waiting. */
  reads: pg.Pool;
  writes: pg.Pool;
  random: Random;
  onStatement?: ((sql: string) => void) | undefined;
}

/** How often a step is tried that was undone for the sake of another, and one whose connection was lost. */
const ATTEMPTS = 8;
const LOST_ATTEMPTS = 3;

/** A failure that leaves open whether the step was done: it must not be tried again. */
class UnknownOutcome extends Error {
  constructor(override readonly cause: unknown) {
    super('The connection was lost at COMMIT.');
  }
}

export function createDatabase({ reads, writes, random, onStatement }: DatabaseOptions): Database {
  const sqlOn =
    (client: pg.PoolClient): Sql =>
    async <Row>(text: string, values: readonly unknown[] = []) => {
      onStatement?.(values.length === 0 ? text : `${text} ${JSON.stringify(values)}`);
      return (await client.query(queryOf(text, values))).rows as Row[];
    };

  async function retrying<T>(step: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await step();
      } catch (error) {
        if (error instanceof UnknownOutcome) throw asStoreFailure(error.cause);
        const attempts = isRolledBack(error) ? ATTEMPTS : mayAskAgain(error) ? LOST_ATTEMPTS : 1;
        if (attempt >= attempts) throw asStoreFailure(error);
        await new Promise((resolve) => setTimeout(resolve, backoff(attempt, random)));
      }
    }
  }

  const read: Sql = (text, values) =>
    retrying(() => withClient(reads, (client) => sqlOn(client)(text, values)));

  const transact = <T>(work: (sql: Sql) => Promise<T>): Promise<T> =>
    withClient(writes, async (client) => {
      // Said, because the server's default may be another.
      await client.query('BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE');
      const result = await work(sqlOn(client));
      const { command } = await client.query('COMMIT').catch((error: unknown) => {
        throw isConnectionLost(error) && !wasNotCommitted(error)
          ? new UnknownOutcome(error)
          : error;
      });
      // A transaction that had failed is rolled back by COMMIT, which is no error.
      if (command !== 'COMMIT') throw new StoreUnavailableError('The database rolled back.');
      return result;
    });

  return {
    read,
    transaction: (work) => retrying(() => transact(work)),
    close: async () => void (await Promise.all([reads.end(), writes.end()])),
  };
}

/** Known to have changed nothing: the server had ended the transaction before COMMIT came, or COMMIT was never sent. */
const wasNotCommitted = (error: unknown): boolean =>
  sqlState(error) === '25P03' || wasNeverSent(error);

/** The connection was there and broke, as all do when a server restarts; a server that is not there is not asked again. */
const mayAskAgain = (error: unknown): boolean =>
  isConnectionLost(error) &&
  (sqlState(error) !== undefined || !/timeout|ECONNREFUSED|ENOTFOUND/i.test(String(error)));

/** Lends a connection. None goes back with a transaction open. */
async function withClient<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  try {
    const result = await work(client);
    client.release();
    return result;
  } catch (error) {
    client.release(await cannotGoOn(client, error));
    throw error;
  }
}

/** Whether the connection must be thrown away. */
async function cannotGoOn(client: pg.PoolClient, error: unknown): Promise<boolean> {
  if (error instanceof UnknownOutcome || isConnectionLost(error)) return true;
  try {
    await client.query('ROLLBACK');
    return false;
  } catch {
    return true;
  }
}
