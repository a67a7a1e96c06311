import { readFileSync, writeFileSync } from 'node:fs';
import * as gatehouse from './libraries/gatehouse.mjs';
import * as genericAuth from './libraries/genericAuth.mjs';
import * as mercuriusAuth from './libraries/mercuriusAuth.mjs';
import * as shield from './libraries/shield.mjs';
import { cellOf } from './cell.mjs';
import { HEADING, sectionOf } from './page.mjs';
import { answers } from './rules/answers.mjs';
import { inputs } from './rules/inputs.mjs';
import { introspection } from './rules/introspection.mjs';
import { mutations } from './rules/mutations.mjs';
import { policies } from './rules/policies.mjs';
import { reading } from './rules/reading.mjs';

const libraries = [gatehouse, genericAuth, shield, mercuriusAuth];
const rules = [...reading, ...inputs, ...mutations, ...introspection, ...answers, ...policies];

const rows = [];
for (const rule of rules) {
  const cells = [];
  for (const library of libraries) cells.push(await cellOf(library, rule));
  rows.push({ rule, cells });
}

const section = sectionOf(libraries, rows);
if (process.argv.includes('--write')) {
  const page = new URL('../../docs/guards.md', import.meta.url);
  const [before] = readFileSync(page, 'utf8').split(HEADING);
  writeFileSync(page, before + section);
} else console.log(section);

/** The table is about the others, but no page may say of us what does not hold. */
const holes = rows.filter(({ cells: [own] }) => !['denied', 'yes'].includes(own.state));
for (const { rule, cells } of holes) {
  console.error(`Gatehouse, ${rule.rule}: ${cells[0].text}`);
  process.exitCode = 1;
}
