/** How a store fails. */

/** Thrown by any verb when the engine cannot answer now (locked, disk full, unreachable, gone). */
export class StoreUnavailableError extends Error {
  /** Seconds. */
  readonly retryAfter: number;
  constructor(message: string, options: { cause?: unknown; retryAfter?: number } = {}) {
    super(message, { cause: options.cause });
    this.name = 'StoreUnavailableError';
    this.retryAfter = options.retryAfter ?? 1;
  }
}

export type StoreSchemaCode = 'newer-schema' | 'foreign-file';

/** Thrown at the start: the file or database is whole, but not one that this version can work on. */
export class StoreSchemaError extends Error {
  readonly code: StoreSchemaCode;
  constructor(code: StoreSchemaCode, message: string) {
    super(message);
    this.name = 'StoreSchemaError';
    this.code = code;
  }
}
