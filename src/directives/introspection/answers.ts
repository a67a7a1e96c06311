import { andThen, type MaybePromise } from '../../outcome.js';
import type { CompiledSchema } from '../compile.js';
import type { Requirement } from '../requirement.js';
import type { ViewerJudge } from '../viewerJudge.js';

/** Whether something may be done; null where only the object, or the arguments, can tell. */
export type Answer = boolean | null;

/** What each requirement has come to for one viewer. */
export type Answers = (requirement: Requirement) => Answer;

/** How a viewer stands to these requirements, each by itself. */
export function askAll(
  judge: ViewerJudge,
  requirements: readonly Requirement[],
): MaybePromise<Answers> {
  const pending = requirements.flatMap((each) => judge.settle([each]) ?? []);
  return andThen(pending.length === 0 ? null : Promise.all(pending), () => {
    const answers = new Map<string, Answer>();
    for (const requirement of requirements) {
      const isDenied = judge.denial([requirement], '') !== null;
      answers.set(requirement.key, isDenied ? false : judge.meets([requirement]) || null);
    }
    return ({ key }) => answers.get(key) ?? null;
  });
}

/** False beats null, null beats true. */
export function allAnswers(answers: Iterable<Answer>): Answer {
  let all: Answer = true;
  for (const answer of answers) {
    if (answer === false) return false;
    if (answer === null) all = null;
  }
  return all;
}

/** Every requirement of a schema, once. */
export function requirementsOf({ types, fields, inputs }: CompiledSchema): readonly Requirement[] {
  const byKey = new Map<string, Requirement>();
  const lists = [
    ...types.values(),
    ...[...fields.values()].map(({ requirements }) => requirements),
    ...inputs.values(),
  ];
  for (const requirement of lists.flat()) byKey.set(requirement.key, requirement);
  return [...byKey.values()];
}
