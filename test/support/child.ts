import { spawn, type ChildProcessWithoutNullStreams, type SpawnOptions } from 'node:child_process';
import { mirrored } from './mirror.mjs';

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface Child {
  readonly process: ChildProcessWithoutNullStreams;
  /** Settles when the process and its pipes are gone; never rejects for an exit code. */
  readonly exited: Promise<Exit>;
  stdout(): string;
  stderr(): string;
  /** Settles once standard output has `text`; rejects, with both outputs, if the process ends before. */
  seen(text: string | RegExp): Promise<void>;
}

/**
 * Runs a file of ours, or any JavaScript, in a process of its own.
 *
 * @param file an absolute path or a `file:` URL
 * @param options as for `child_process.spawn`; `env` is added to ours. The pipes are always open. `under` is a program
 *   that runs it, with its arguments.
 */
export function spawnTs(
  file: string | URL,
  args: readonly string[] = [],
  {
    under = [],
    ...options
  }: Omit<SpawnOptions, 'stdio' | 'shell'> & { under?: readonly string[] } = {},
): Child {
  const [command = process.execPath, ...rest] = [...under, process.execPath];
  const process_ = spawn(command, [...rest, mirrored(file), ...args], {
    ...options,
    env: { ...process.env, NODE_OPTIONS: '--no-warnings', ...options.env },
    stdio: 'pipe',
  });
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    process_[name].setEncoding('utf8').on('data', (chunk: string) => (text[name] += chunk));
  }
  const exited = new Promise<Exit>((resolve, reject) => {
    process_.once('error', reject);
    process_.once('close', (code, signal) => resolve({ code, signal }));
  });
  const has = (wanted: string | RegExp): boolean =>
    typeof wanted === 'string' ? text.stdout.includes(wanted) : wanted.test(text.stdout);
  const seen = (wanted: string | RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (has(wanted)) done(resolve);
      };
      const done = (settle: () => void): void => {
        process_.stdout.off('data', look);
        settle();
      };
      process_.stdout.on('data', look);
      exited.then(
        (exit) =>
          done(() =>
            has(wanted)
              ? resolve()
              : reject(
                  new Error(`ended with ${JSON.stringify(exit)}\n${text.stdout}\n${text.stderr}`),
                ),
          ),
        reject,
      );
      look();
    });
  return { process: process_, exited, stdout: () => text.stdout, stderr: () => text.stderr, seen };
}

/** Runs it to its end. Rejects, with its standard error, unless it ends with `code` (0). */
export async function runTs(
  file: string | URL,
  args: readonly string[] = [],
  options: Parameters<typeof spawnTs>[2] & { code?: number } = {},
): Promise<{ stdout: string; stderr: string }> {
  const { code: expected = 0, ...rest } = options;
  const child = spawnTs(file, args, rest);
  child.process.stdin.end();
  const { code, signal } = await child.exited;
  if (code !== expected) {
    throw new Error(`ended with ${code ?? signal}, expected ${expected}\n${child.stderr()}`);
  }
  return { stdout: child.stdout(), stderr: child.stderr() };
}
