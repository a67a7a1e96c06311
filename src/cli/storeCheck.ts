import { loadFunction } from '../config.js';
import type { OpenEngine } from '../store/contract/case.js';
import { checkEngine, type Checked } from '../store/contract/checkEngine.js';
import { formatDuration, parseDuration } from '../time.js';
import { jsonFlag, type Call, type Command } from './command.js';
import { exitCodes, usageError } from './exitCodes.js';
import { commandLog, type Io } from './io.js';

const EXAMPLE = 'gatehouse store check ./engine.mjs#openStore';
/** Seconds. */
const DEFAULT_TIMEOUT = 30;
/** What an engine has left open may not keep the process alive, as where it hung. Milliseconds. */
const GRACE = 1000;

/** `gatehouse store check`. */
export const storeCheck: Command = {
  name: 'store check',
  summary: 'Run the contract of stores against an engine of your own.',
  positionals: ['MODULE#EXPORT'],
  flags: [
    {
      name: 'timeout',
      value: 'DURATION',
      help: `How long a case may take. (Default: ${formatDuration(DEFAULT_TIMEOUT)})`,
    },
    jsonFlag,
  ],
  takes: () => false,
  async run(call, io) {
    const timeout = timeoutOf(call);
    const open = await engineOf(call.positionals[0] as string, io);
    const isJson = call.isSet('json');
    const checked: Checked[] = [];
    for await (const one of checkEngine(open, { timeout, log: commandLog(io) })) {
      checked.push(one);
      if (!isJson) io.stdout(line(one));
    }
    const failed = checked.filter(({ problem }) => problem !== null).length;
    if (isJson) io.stdout(`${JSON.stringify({ failed, cases: checked }, null, 2)}\n`);
    else io.stdout(summary(checked.length, failed));
    io.exitAfter(GRACE);
    return failed === 0 ? exitCodes.done : exitCodes.found;
  },
};

function timeoutOf(call: Call): number {
  const text = call.value('timeout');
  const seconds = text === undefined ? DEFAULT_TIMEOUT : parseDuration(text);
  if (seconds !== null && seconds > 0) return seconds * 1000;
  throw usageError(
    `--timeout must be a duration, and is "${text}". Write for example --timeout=10s.`,
  );
}

async function engineOf(text: string, io: Io): Promise<OpenEngine> {
  const found = await loadFunction(text, 'MODULE#EXPORT', (path) => io.importModule(path));
  if (typeof found === 'function') return found as OpenEngine;
  throw usageError(
    found ??
      `MODULE#EXPORT must be the path of a module and what it exports, and is "${text}". Write: ${EXAMPLE}`,
  );
}

const line = ({ name, problem }: Checked): string =>
  problem === null ? `ok ${name}\n` : `FAILED ${name}: ${problem}\n`;

const summary = (all: number, failed: number): string =>
  failed === 0 ? `All ${all} cases are as they must be.\n` : `${failed} of ${all} cases FAILED.\n`;
