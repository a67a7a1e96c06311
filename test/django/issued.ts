import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What `issue.py` prints. */
export interface Issued {
  versions: Record<string, string>;
  /** Seconds. All tokens were issued at this time, or an hour before. */
  now: number;
  secretKey: string;
  tokens: {
    simplejwt: Record<'access' | 'refresh' | 'sliding' | 'renewed' | 'rs256' | 'named', string>;
    'drf-jwt': Record<'access' | 'refreshable' | 'renewed' | 'named' | 'long', string>;
    'graphql-jwt': Record<'access' | 'email' | 'unrefreshable', string>;
  };
  /** By username. */
  passwords: Record<string, string>;
  dump: { model: string; pk: number; fields: Record<string, unknown> }[];
}

const PYTHON = '/usr/bin/python3';
const here = (name: string) => join(import.meta.dirname, name);

export const fileOf = (name: string): string => readFileSync(here(name), 'utf8');

/** Runs a script of this folder with Debian's Python, which has Debian's Django. */
export function python(script: string, input = ''): string {
  const ran = spawnSync(PYTHON, ['-B', here(script)], { input, encoding: 'utf8' });
  if (ran.status !== 0) throw new Error(`${script}: ${ran.stderr}`);
  return ran.stdout;
}

const modules = 'import django, rest_framework_simplejwt, jwt, argon2, bcrypt';

/** Whether Django and its packages are here. `.ci/run` installs them and sets `REQUIRE_DJANGO`. */
export const hasDjango: boolean =
  process.env['REQUIRE_DJANGO'] === '1' || spawnSync(PYTHON, ['-c', modules]).status === 0;

/** As it was printed when these tests were written: they run on it where there is no Django. */
export const committed = JSON.parse(fileOf('issued.json')) as Issued;
