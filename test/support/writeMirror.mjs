import { transform } from '@swc/core';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { bundle } from '../../scripts/bundle.mjs';
import { built, copyOf, folders, mirror, root } from './mirror.mjs';

/**
 * The sources, the tests and the examples as JavaScript, and as a package of its own, for the processes that tests start:
 * there are hundreds of them, and a loader would take each as long again. Brought up to date by Jest, as `globalSetup`.
 */
export default async function writeMirror() {
  const wanted = new Set();
  for (const folder of folders) {
    for (const source of filesIn(join(root, folder))) {
      const copy = copyOf(source);
      wanted.add(copy);
      if (isFresh(copy, source)) continue;
      const text = readFileSync(source);
      replace(copy, source.endsWith('.ts') ? await translated(text.toString(), source) : text);
    }
    for (const copy of filesIn(join(mirror, folder))) {
      if (!wanted.has(copy)) rmSync(copy, { force: true });
    }
  }
  await writeBundle();
  replace(join(mirror, 'package.json'), manifest());
  for (const name of readdirSync(root)) if (name !== 'node_modules') link(join(root, name), name);
  link(mirror, 'node_modules/graphql-gatehouse');
}

/** The entries last: what they import is there. */
async function writeBundle() {
  const files = await bundle(built);
  const isEntry = ({ path }) => !path.includes('/chunks/');
  for (const { path, contents } of files.toSorted((a, b) => isEntry(a) - isEntry(b))) {
    if (!existsSync(path) || !readFileSync(path).equals(contents)) replace(path, contents);
  }
  const wanted = new Set(files.map(({ path }) => path));
  for (const path of filesIn(built)) if (!wanted.has(path)) rmSync(path, { force: true });
}

const filesIn = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));

function link(target, name) {
  const path = join(mirror, name);
  mkdirSync(dirname(path), { recursive: true });
  if (!existsSync(path)) symlinkSync(target, path);
}

async function translated(text, filename) {
  const { code } = await transform(text, {
    filename,
    configFile: false,
    swcrc: false,
    sourceMaps: 'inline',
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'es6' },
  });
  return code;
}

/** The package by its own name, without a build. */
function manifest() {
  const { exports, ...rest } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const here = JSON.stringify(exports).replaceAll('./dist/', './built/');
  return JSON.stringify({ ...rest, exports: JSON.parse(here) });
}

const isFresh = (copy, source) =>
  existsSync(copy) && statSync(copy).mtimeMs > statSync(source).mtimeMs;

/** In one step: a process of another run may read it this very moment. */
function replace(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  const own = `${file}.${process.pid}`;
  writeFileSync(own, text);
  renameSync(own, file);
}
