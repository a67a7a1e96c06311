import {
  operationKinds,
  report,
  requirementText,
  type OperationKind,
  type SchemaReport,
} from '../directives/report.js';
import type { ReportedRequirement, ReportEntry } from '../directives/reportReader.js';
import { jsonFlag, type Call, type Command } from './command.js';
import { exitCodes, usageError } from './exitCodes.js';
import { schemaFlag, schemaSource } from './schemaSource.js';
import { formatTable } from './table.js';

const PREFIX = 'unguarded-';
const failures = operationKinds.map((kind) => `${PREFIX}${kind}`);

/** `gatehouse schema report`. Asks no server and opens no database. */
export const schemaReport: Command = {
  name: 'schema report',
  summary:
    'Print what guards every coordinate of a schema; --fail-on makes it a check (exit code 5).',
  positionals: [],
  flags: [
    schemaFlag,
    { name: 'format', value: 'FORMAT', help: 'table or json. (Default: table)' },
    jsonFlag,
    {
      name: 'fail-on',
      value: 'LIST',
      help: `Fail where a root field asks for nothing and is not @public: ${failures.join(', ')}.`,
    },
    {
      name: 'mode',
      value: 'MODE',
      help: 'granular or protect-all, as the server guards the schema. (Default: granular)',
    },
  ],
  takes: () => false,
  run(call, io) {
    const kinds = kindsOf(call);
    const mode = choice(call, 'mode', ['granular', 'protect-all']);
    const format = choice(call, 'format', ['table', 'json']);
    const reported = report(schemaSource(call, io).schema, { mode });
    const isJson = call.isSet('json') || format === 'json';
    io.stdout(isJson ? `${JSON.stringify(reported, null, 2)}\n` : tableOf(reported));
    const found = kinds.flatMap((kind) => reported.unguarded[kind].map((at) => ({ kind, at })));
    for (const { kind, at } of found) {
      io.stderr(`Unguarded ${kind}: ${at}. Put a guard on it, or @public.\n`);
    }
    return Promise.resolve(found.length === 0 ? exitCodes.done : exitCodes.found);
  },
};

/** The first of the allowed values is the default. */
function choice<T extends string>(call: Call, name: string, allowed: readonly [T, T]): T {
  const given = call.value(name) ?? allowed[0];
  const value = allowed.find((each) => each === given);
  if (value !== undefined) return value;
  throw usageError(`--${name} is ${allowed.join(' or ')}, got "${given}".`);
}

function kindsOf(call: Call): OperationKind[] {
  const named = call
    .values('fail-on')
    .flatMap((list) => list.split(','))
    .map((name) => name.trim());
  const unknown = named.find((name) => !failures.includes(name));
  if (unknown !== undefined) {
    throw usageError(`--fail-on takes ${failures.join(', ')}, got "${unknown}".`);
  }
  return operationKinds.filter((kind) => named.includes(`${PREFIX}${kind}`));
}

function tableOf({ entries }: SchemaReport): string {
  const rows = entries.map((entry) => [entry.coordinate, ownOf(entry), inheritedOf(entry)]);
  const head = ['COORDINATE', 'OWN', 'INHERITED'].map((title, column) =>
    title.padEnd(roomFor(rows.map((row) => row[column] as string))),
  );
  return formatTable(head, rows);
}

/** By twenties, so that one longer line does not change all others of a report under version control. */
const roomFor = (cells: readonly string[]): number =>
  Math.ceil(Math.max(...cells.map(({ length }) => length)) / 20) * 20;

function ownOf({ own, isPublic }: ReportEntry): string {
  return [...own.map(requirementText), ...(isPublic ? ['@public'] : [])].join(' ') || '-';
}

const inheritedOf = ({ inherited }: ReportEntry): string =>
  inherited.map(sourceOf).join(', ') || '-';

function sourceOf(requirement: ReportedRequirement): string {
  const { from, object } = requirement;
  const condition = object === null ? '' : ` where it is ${object}`;
  return `${requirementText(requirement)} from ${from}${condition}`;
}
