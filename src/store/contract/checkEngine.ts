import { isNativeError } from 'node:util/types';
import type { Log } from '../../log.js';
import type { Store } from '../store.js';
import type { Case, OpenEngine } from './case.js';
import { contract } from './contract.js';
import { givenOf, stillClock } from './given.js';

/** What came of one case. */
export interface Checked {
  /** `sessions: a login opens a session at generation 0, which counts as used`. */
  readonly name: string;
  /** One line; null where the engine does as it must. */
  readonly problem: string | null;
  readonly milliseconds: number;
}

/**
 * Runs the contract of engines against one, a case after the other, each on a store of its own that is closed after it.
 *
 * @param options.timeout milliseconds that a case may take; one that takes longer has failed, and the next one starts
 */
export async function* checkEngine(
  open: OpenEngine,
  options: { timeout: number; log: Log },
): AsyncGenerator<Checked> {
  for (const { about, cases } of contract) {
    for (const one of cases) {
      const began = performance.now();
      const problem = await problemOf(one, open, options);
      const name = about === null ? one.name : `${about}: ${one.name}`;
      yield { name, problem, milliseconds: Math.round(performance.now() - began) };
    }
  }
}

async function problemOf(
  one: Case,
  open: OpenEngine,
  { timeout, log }: { timeout: number; log: Log },
): Promise<string | null> {
  let opened: Store | undefined;
  const running = async (): Promise<void> => {
    const clock = stillClock();
    opened = await open({ clock, log });
    await insistOnEmpty(opened);
    await one.run(givenOf(opened, clock));
  };
  const problem = await within(timeout, 'the case', running);
  const closing = await within(timeout, 'close()', async () => opened?.close());
  return problem ?? (closing === null ? null : `when it was closed: ${closing}`);
}

async function insistOnEmpty(store: Store): Promise<void> {
  if ((await store.countUsers(null)) === 0) return;
  throw new Error('the store was not empty: give an empty one each time that one is opened');
}

/** Null where it went well and in time; else why not. */
async function within(
  timeout: number,
  what: string,
  work: () => Promise<void>,
): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    const text = `${what} took longer than ${timeout / 1000} s`;
    timer = setTimeout(() => resolve(text), timeout);
  });
  const done = work().then(() => null, describe);
  return Promise.race([done, late]).finally(() => clearTimeout(timer));
}

function describe(error: unknown): string {
  if (!isNativeError(error)) return onOneLine(String(error));
  const isPlain = error.name === 'AssertionError' || error.name === 'Error';
  return onOneLine(isPlain ? error.message : `${error.name}: ${error.message}`);
}

const onOneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
