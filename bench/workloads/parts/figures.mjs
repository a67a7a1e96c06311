import { median, quantile, spread } from '../../harness/stats.mjs';

export { median, quantile, spread };

export const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * A row of rounds. `rounds`: what each measured, `{ value, p50?, p99?, cpu? }`; `base`: the rounds of the baseline, in
 * the same order.
 */
export function rowOf(contender, title, unit, rounds, { base, ...more } = {}) {
  const rates = rounds.map(({ value }) => value);
  const middle = (name) =>
    rounds.every((round) => typeof round[name] === 'number')
      ? { [name]: median(rounds.map((round) => round[name])) }
      : {};
  return {
    ...{ contender, title, unit, rates, value: spread(rates) },
    ...{ ...middle('p50'), ...middle('p99'), ...middle('cpu') },
    ...(base && { ratio: spread(rates.map((rate, round) => rate / base[round].value)) }),
    ...more,
  };
}

/** The value of a row, for targets. */
export const valueOf = (rows, name) =>
  rows.find(({ contender }) => contender === name)?.value.median;

/** The median over the rounds of the quotient of two rows. */
export function quotientOf(rows, name, other) {
  const [own, base] = [name, other].map((one) => rows.find(({ contender }) => contender === one));
  return own && base && median(own.rates.map((rate, round) => rate / base.rates[round]));
}

/** A row of reads beside something else: what counts of them is the 99th percentile. */
export const readRow = (contender, title, rounds) =>
  rowOf(
    contender,
    title,
    'ms (p99 of a read)',
    rounds.map((round) => ({ ...round, value: round.p99 })),
    { lowerIsBetter: true },
  );
