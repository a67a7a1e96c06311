import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { Database } from '../../support/sqlite.js';
import { silentLog } from '../../../src/log.js';
import { migrate } from '../../../src/store/sqlite/migrate.js';
import { createUsedMarks } from '../../../src/store/sqlite/usedMarks.js';

let db: Database;
beforeEach(() => {
  jest.useFakeTimers();
  db = new Database(':memory:');
  migrate(db);
});
afterEach(() => {
  jest.useRealTimers();
  db.close();
});

test('a mark asks for a transaction a second later, once for all that came meanwhile', () => {
  const wake = jest.fn();
  const marks = createUsedMarks(db, silentLog, wake);
  marks.mark('a', 1, 1);
  jest.advanceTimersByTime(999);
  marks.mark('b', 1, 1);
  expect(wake).not.toHaveBeenCalled();
  jest.advanceTimersByTime(1);
  expect(wake).toHaveBeenCalledTimes(1);
  marks.settled(null);
  jest.advanceTimersByTime(5000);
  expect(wake).toHaveBeenCalledTimes(1);
});

test('generation 0 needs no mark', () => {
  const marks = createUsedMarks(db, silentLog, () => undefined);
  marks.mark('a', 0, 1);
  expect(marks.pending()).toBe(false);
});

test('marks that cannot be written are given up with a line in the log', () => {
  const warn = jest.fn();
  const marks = createUsedMarks(db, { ...silentLog, warn }, () => undefined);
  marks.mark('a', 1, 1);
  const failure = new Error('disk full');
  marks.settled(failure);
  expect(warn).toHaveBeenCalledWith({ err: failure, sessions: 1 }, expect.any(String));
  expect(marks.pending()).toBe(false);
});
