import { StoreSchemaError, StoreUnavailableError } from '../failures.js';

/** What `pg` says without a code when a connection cannot be had or is gone. */
const connectionMessages =
  /^(timeout exceeded when trying to connect|timeout expired|Connection terminated|Query read timeout|Client has encountered|Client was closed|read ECONN|write E)/i;

/** The first two characters of an SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
const classes: Record<string, string> = {
  '08': 'The connection to the database was lost.',
  '53': 'The database has no room: its connections, its memory or its disk are used up.',
  '57': 'The database was stopped, or took too long.',
  '58': 'The database cannot read or write its files.',
};

const states: Record<string, string> = {
  // A standby says so to BEGIN … READ WRITE, before it could say 25006; so does a statement whose table was changed.
  '0A000':
    'The database does not do this now: it is a standby (name the primary), or its tables have been changed meanwhile.',
  '25006': 'The database is read-only: a standby, or the primary of before. Name the primary.',
  '25P03': 'The database ended a transaction in which this process had paused.',
  '25P04': 'The database ended a transaction that took too long.',
  '28000': 'The database refuses this user. Check user and password in the URL.',
  '28P01': 'The database refuses this user. Check user and password in the URL.',
  '3D000': 'There is no such database on this server. Create it: createdb NAME',
  '3F000': 'The schema of the database is gone. Restore a backup.',
  '42501':
    'The database user may not do this. It needs CREATE on the database, or to own the schema.',
  '42P01': 'A table of the database is gone. Restore a backup.',
  '55P03':
    'The database is locked by another process. Try again; if it stays so, end the program that holds it.',
  '40001': 'The database was too busy with the same rows.',
  '40P01': 'The database was too busy with the same rows.',
};

/** Five characters; undefined for what did not come from the server. */
export function sqlState(error: unknown): string | undefined {
  const code: unknown = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !code.startsWith('E')
    ? code
    : undefined;
}

/** The transaction was undone for the sake of another; it may well succeed now. */
export const isRolledBack = (error: unknown): boolean =>
  ['40001', '40P01'].includes(sqlState(error) ?? '');

/** Nothing more can be asked on this connection. */
export function isConnectionLost(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined) return /^(08|57P|25P03|25P04|25006|0A000)/.test(state);
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  return isNetworkCode(code) || connectionMessages.test(String(message));
}

/** `pg` had heard of the connection's end before, and has sent nothing. */
export const wasNeverSent = (error: unknown): boolean =>
  sqlState(error) === undefined &&
  /^Client (has encountered a connection error|was closed) and is not queryable$/.test(
    String((error as { message?: unknown } | null)?.message),
  );

/** By the server, or by a pooler, at the start of a connection: nothing else that we send there is refused so. */
function areOptionsRefused(error: unknown): boolean {
  const { severity, message } = (error ?? {}) as { severity?: unknown; message?: unknown };
  const state = sqlState(error) ?? '';
  if (severity !== 'FATAL') return false;
  const mayBeOther = ['08P01', '42501'].includes(state);
  return mayBeOther
    ? /parameter/.test(String(message))
    : ['22023', '42601', '42704'].includes(state);
}

/** An engine that cannot answer becomes a `StoreUnavailableError`; everything else stays what it is. */
export function asStoreFailure(error: unknown): Error {
  if (error instanceof StoreUnavailableError || error instanceof StoreSchemaError) return error;
  if (areOptionsRefused(error)) {
    return new StoreUnavailableError(
      'The database, or the pooler before it, refuses the options of the URL. Correct them, or take them out.',
      { cause: error },
    );
  }
  const state = sqlState(error);
  const sentence = state === undefined ? undefined : (states[state] ?? classes[state.slice(0, 2)]);
  if (sentence !== undefined) return new StoreUnavailableError(sentence, { cause: error });
  const { message } = (error ?? {}) as { message?: unknown };
  if (message === 'The server does not support SSL connections') {
    return new StoreUnavailableError(
      'The database offers no TLS. Turn it on there, or say sslmode=disable in the URL.',
      { cause: error },
    );
  }
  if (message === 'Cannot use a pool after calling end on the pool') {
    return new StoreUnavailableError('The store is closed.', { cause: error });
  }
  if (state === undefined && isConnectionLost(error)) {
    return new StoreUnavailableError(
      'The database cannot be reached, or does not answer in time.',
      {
        cause: error,
      },
    );
  }
  return error as Error;
}

/** Of the network, the resolver of names, or TLS. */
const isNetworkCode = (code: unknown): boolean =>
  typeof code === 'string' &&
  /^(E[A-Z]{4,}|EAI_[A-Z]+|ERR_TLS_.*|ERR_SSL_.*|CERT_.*|DEPTH_ZERO_.*|SELF_SIGNED_.*|UNABLE_TO_.*)$/.test(
    code,
  );
