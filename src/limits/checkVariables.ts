import type { DocumentLimits, Excess } from './limits.js';

/**
 * Whether the variables are nested deeper than `maxVariableDepth`: the object of the variables itself is level 0, a
 * list or object in it level 1. Never goes deeper than the limit, so the count is the limit + 1.
 */
export function checkVariables(variables: unknown, limits: DocumentLimits): Excess | null {
  const allowed = limits.maxVariableDepth;
  return isDeeper(variables, allowed)
    ? { limit: 'maxVariableDepth', allowed, count: allowed + 1 }
    : null;
}

function isDeeper(value: unknown, left: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (left < 0) return true;
  for (const item of Array.isArray(value) ? (value as unknown[]) : Object.values(value)) {
    if (isDeeper(item, left - 1)) return true;
  }
  return false;
}
