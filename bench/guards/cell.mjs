import { attack } from './attack.mjs';

/**
 * What one library does about one rule: `state` for programs, `text` for the table. Where a library does not say that
 * it keeps a rule, and does not, the cell says so, and what it does instead.
 */
export async function cellOf(library, rule) {
  const beyond = library.unclaimed[rule.needs];
  if (beyond !== undefined) return { state: 'not covered', text: `not covered: ${beyond}` };
  const found = rule.run ? await ownRun(library, rule) : await attacked(library, rule);
  const why = library.unclaimed[rule.claim];
  const isKept = found.state === 'denied' || found.state === 'yes';
  if (isKept || why === undefined) return found;
  const instead = { leaks: rule.instead, late: rule.instead }[found.state];
  const text = ['not covered', [why, instead].filter(Boolean).join('; ')].join(': ');
  return { state: 'not covered', text };
}

async function ownRun(library, rule) {
  const result = await rule.run(library);
  if (typeof result === 'string') return { state: result, text: result };
  const { state, detail } = result;
  if (state === 'leaks') return { state, text: `**leaks**${detail ? `: ${detail}` : ''}` };
  return { state, text: detail ?? state };
}

async function attacked(library, rule) {
  const found = textOf(rule, await attack(library, rule));
  if (!library.isWhole) return found;
  const partial = textOf(rule, await attack(library, rule, { partial: true }));
  if (partial.text === found.text) return found;
  return { ...found, text: `${found.text}; with \`rejectUnauthenticated: false\` ${partial.text}` };
}

const worstFirst = ['leaks', 'late', 'broken', 'denied'];

/** Where the documents of a rule fare differently, each is named. */
function textOf(rule, outcomes) {
  const states = worstFirst.filter((each) => outcomes.some(({ state }) => state === each));
  const texts = states.map((state) => {
    const words = wordsFor(rule)[state];
    if (states.length === 1) return words;
    const documents = outcomes.filter((each) => each.state === state);
    return `${words}: ${documents.map(({ source }) => `\`${source}\``).join(', ')}`;
  });
  return { state: states[0], text: texts.join('; ') };
}

const wordsFor = ({ hasEffect, kept, late }) => ({
  denied: kept ?? (hasEffect ? 'no effect' : 'denied'),
  late:
    late ?? (hasEffect ? '**takes effect**, then denied' : 'denied, after that resolver has run'),
  leaks: hasEffect ? '**takes effect, and answers**' : '**leaks**',
  broken: 'fails for those who may, too',
});
