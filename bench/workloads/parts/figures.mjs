const ascending = (numbers) => [...numbers].sort((a, b) => a - b);

export const median = (numbers) => quantile(numbers, 0.5);

/** The value below which that share of the numbers lies. */
export const quantile = (numbers, share) =>
  ascending(numbers)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))];

export const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The row shape of the whole bench: one target, what was measured, whether it was met. */
export const target = (workload, name, value, wanted, unit = '×') => ({
  workload,
  name,
  value,
  wanted,
  unit,
  met: wanted.startsWith('≤') ? value <= bound(wanted) : value >= bound(wanted),
});

const bound = (wanted) => Number(/[\d.]+/.exec(wanted)[0]);
