const allowed = { id: 'u', scopes: [] };

/**
 * Runs every document of a rule twice: for one who may (it must answer the secret), and for one who may not. Says of
 * each document what happened: `denied`, `late` (no data, but a guarded resolver ran), `leaks`, or `broken` (it fails
 * for those who may, too).
 */
export async function attack(library, rule, options = {}) {
  let runs = 0;
  const api = await library.build({
    sdl: rule.sdl,
    resolvers: rule.resolvers?.(() => (runs += 1)),
    ...rule.options,
    ...options,
  });
  const secret = rule.secret ?? /SECRET/;
  const outcomes = [];
  for (const each of rule.documents) {
    const [source, variables] = [each].flat();
    const control = await api.ask(source, allowed, variables);
    const isBroken =
      control.errors?.length > 0 || !secret.test(JSON.stringify(control.data ?? null));
    runs = 0;
    const answer = await api.ask(source, rule.user ?? null, variables);
    outcomes.push({ source, state: isBroken ? 'broken' : stateOf(answer, secret, runs) });
  }
  await api.close();
  return outcomes;
}

function stateOf(answer, secret, runs) {
  if (secret.test(JSON.stringify(answer.data ?? null))) return 'leaks';
  return runs > 0 ? 'late' : 'denied';
}
