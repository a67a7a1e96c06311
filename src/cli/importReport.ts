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

/** Who may log in here, though they have been disabled there since: what is there already is not changed. */
export const leftEnabled = (existing: ImportOutcome['existing']): ImportOutcome['existing'] =>
  existing.filter((one) => one.leftEnabled);

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
  const enabled = leftEnabled(existing);
  const rows = [
    ...problems.map(({ id, email, why }) => [id ?? '-', email ?? '-', `not imported: ${why}`]),
    ...withoutPassword,
    ...enabled.map(({ user }) => [
      user.id,
      user.email,
      'left enabled, though it is disabled there',
    ]),
  ];
  const table = rows.length === 0 ? '' : `\n${formatTable(['ID', 'EMAIL', 'PROBLEM'], rows)}`;
  const fixes = [
    ...(withoutPassword.length === 0
      ? []
      : ['\nGive them one with: gatehouse user set-password EMAIL\n']),
    ...(enabled.length === 0 ? [] : ['\nDisable them with: gatehouse user disable EMAIL\n']),
  ].join('');
  return `${lines.join('\n')}\n${table}${fixes}`;
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
    existing: existing.map(({ user: { id, email }, ...rest }) => ({ id, email, ...rest })),
    problems,
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}
