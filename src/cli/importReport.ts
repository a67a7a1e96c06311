import type { ImportOutcome } from '../services/imports/importUsers.js';
import { formatTable } from './table.js';

/** What an import did, or in a dry run would do. */
export interface ImportReport extends ImportOutcome {
  readonly dryRun: boolean;
}

/**
 * Who was imported without the password that they had in Django, and has none yet: the import that should have named
 * them may have been cut off.
 */
export const withoutTheirs = (existing: ImportOutcome['existing']): ImportOutcome['existing'] =>
  existing.filter(({ user, hasPassword }) => user.password === 'unsupported' && !hasPassword);

/** A summary, and a line for everybody who could not be brought over whole. */
export function importText({ imported, existing, problems, dryRun }: ImportReport): string {
  const count = (kind: string) => imported.filter(({ user }) => user.password === kind).length;
  const lines = [
    `${dryRun ? 'Would import' : 'Imported'}: ${imported.length} (with their password: ${count('kept')}, without one: ${imported.length - count('kept')})`,
    `There already, left as they are: ${existing.length}`,
    `Not imported: ${problems.length}`,
  ];
  const withoutPassword = [...withoutTheirs(existing), ...imported].flatMap(({ user }) =>
    user.passwordProblem === null
      ? []
      : [[user.id, user.email, `imported without a password: the hash ${user.passwordProblem}`]],
  );
  const rows = [
    ...problems.map(({ id, email, why }) => [id ?? '-', email ?? '-', `not imported: ${why}`]),
    ...withoutPassword,
  ];
  const table = rows.length === 0 ? '' : `\n${formatTable(['ID', 'EMAIL', 'PROBLEM'], rows)}`;
  const fix =
    withoutPassword.length === 0 ? '' : '\nGive them one with: gatehouse user set-password EMAIL\n';
  return `${lines.join('\n')}\n${table}${fix}`;
}

/** The same for programs. No hash is in it. */
export function importJson({ imported, existing, problems, dryRun }: ImportReport): string {
  const report = {
    dryRun,
    imported: imported.map(({ user, roles }) => ({
      id: user.id,
      email: user.email,
      username: user.username,
      roles,
      password: user.password,
      passwordProblem: user.passwordProblem,
      disabled: !user.isActive,
    })),
    existing: existing.map(({ user: { id, email }, hasPassword }) => ({ id, email, hasPassword })),
    problems,
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}
