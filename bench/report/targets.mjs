import { median } from '../harness/stats.mjs';

/**
 * Whether each target of a workload is met. `against` compares requests a second of one round with those of another
 * contender; a target with `of: (rows) => number` compares what it answers with `atLeast` or `atMost`.
 */
export function judge(targets = [], rows) {
  const row = (name) => rows.find(({ contender }) => contender === name);
  return targets.flatMap(
    ({ text, against, contender = 'gatehouse', of, atLeast, atMost, unit }) => {
      const value = of ? of(rows) : ratioOf(row(contender), row(against));
      if (value === null || value === undefined) return [];
      const limit = atLeast ?? atMost;
      const met = atLeast === undefined ? value <= atMost : value >= atLeast;
      const sign = atLeast === undefined ? '≤' : '≥';
      const words = text ?? `${sign} ${limit} × ${row(against).title}`;
      return [{ text: words, value, unit: unit ?? (against ? '×' : ''), limit, sign, met }];
    },
  );
}

function ratioOf(own, other) {
  if (own === undefined || other === undefined) return null;
  return median(own.rates.map((rate, round) => rate / other.rates[round]));
}
