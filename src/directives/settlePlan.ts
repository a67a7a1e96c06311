import type { FieldJudge } from './judge.js';
import type { OperationPlan } from './plan.js';

/** Asks the request policies that the operation may come to ask for. Null when all have answered. */
export function settlePlan(judge: FieldJudge, plan: OperationPlan): Promise<unknown> | null {
  if (plan.policed.length === 0 && plan.rootTypename === null) return null;
  const pending = plan.policed.map(({ field, node }) => judge.settle(field, node));
  if (plan.rootTypename !== null) pending.push(judge.settleType(plan.rootTypename));
  const waiting = pending.filter((each) => each !== null);
  return waiting.length === 0 ? null : Promise.all(waiting);
}
