import { afterEach, beforeEach, describe, test } from '@jest/globals';
import { silentLog } from '../src/log.js';
import type { Case, OpenEngine } from '../src/store/contract/case.js';
import { contract } from '../src/store/contract/contract.js';
import { givenOf, stillClock, type Given } from '../src/store/contract/given.js';
import { pickedWalks } from './store/contract/pickedWalks.js';

/**
 * What every storage engine must do; nothing in it is optional.
 *
 * @param open makes an empty store for each test; the suite closes it
 */
export function storeContract(name: string, open: OpenEngine): void {
  describe(`the store on ${name}`, () => {
    let given: Given;
    beforeEach(async () => {
      const clock = stillClock();
      given = givenOf(await open({ clock, log: silentLog }), clock);
    });
    afterEach(() => given.store.close());

    const run = (cases: readonly Case[]): void =>
      cases.forEach((one) => test(one.name, () => one.run(given)));
    for (const { about, cases } of [...contract, pickedWalks]) {
      if (about === null) run(cases);
      else describe(about, () => run(cases));
    }
  });
}
