const sorted = (values) => [...values].sort((a, b) => a - b);

export function median(values) {
  const all = sorted(values);
  const middle = all.length >> 1;
  return all.length % 2 === 1 ? all[middle] : (all[middle - 1] + all[middle]) / 2;
}

/** The value that the share `q` of all values does not exceed (nearest rank). */
export function quantile(values, q) {
  const all = sorted(values);
  return all[Math.max(0, Math.ceil(all.length * q) - 1)];
}

/** Of one figure over the rounds. */
export const spread = (values) => ({
  median: median(values),
  min: Math.min(...values),
  max: Math.max(...values),
});
