const PREFIX = 'createGuards: ';

/** What a TypeError of ours says, one sentence for each mistake; nothing where the attempt succeeds. */
export function problemsOf(attempt: () => unknown): string[] {
  try {
    attempt();
    return [];
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return error.message.replace(PREFIX, '').split('\n');
  }
}

/** What each attempt gives. Throws one TypeError that lists the mistakes of all, and of the checks. */
export function allOf<Attempts extends Readonly<Record<string, () => unknown>>>(
  attempts: Attempts,
  ...checks: readonly (() => void)[]
): { [Name in keyof Attempts]: ReturnType<Attempts[Name]> } {
  const results: Record<string, unknown> = {};
  const problems = [
    ...checks.flatMap(problemsOf),
    ...Object.entries(attempts).flatMap(([name, attempt]) =>
      problemsOf(() => (results[name] = attempt())),
    ),
  ];
  if (problems.length > 0) throw new TypeError(`${PREFIX}${problems.join('\n')}`);
  return results as { [Name in keyof Attempts]: ReturnType<Attempts[Name]> };
}
