/** To which part of the server a function belongs, by the script that it stands in. */

const crypto = new Set([
  'jsonwebtoken',
  'jws',
  'jwa',
  'ecdsa-sig-formatter',
  'buffer-equal-constant-time',
]);
const packages = {
  '@apollo': 'Apollo Server',
  graphql: 'graphql-js',
  'graphql-jit': 'graphql-jit',
  'better-sqlite3': 'better-sqlite3',
  'better-sqlite3-13': 'better-sqlite3',
};
const meta = {
  '(garbage collector)': 'garbage collection',
  '(idle)': null,
  '(program)': 'native code outside of JavaScript',
  '(root)': 'native code outside of JavaScript',
};

/** Methods of better-sqlite3 that are native, and so stand in no script. */
const statements = new Set(['get', 'all', 'run', 'iterate', 'exec', 'pluck', 'raw', 'prepare']);

/** Null for time in which nothing was done. What stands in no script is its caller's. */
export function groupOf({ functionName, url }, callers) {
  if (functionName in meta) return meta[functionName];
  if (url === '') {
    const caller = callers.at(-1);
    if (caller === undefined) return meta['(program)'];
    if (statements.has(functionName) && caller.group === 'our store') return 'better-sqlite3';
    return caller.group;
  }
  // The profiler's own.
  if (url === 'node:inspector') return null;
  if (/^node:.*crypto/.test(url)) return 'crypto and jsonwebtoken';
  if (url.startsWith('node:')) return 'node:http, node:net and the rest of Node';
  const [, name] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  if (name !== undefined) {
    if (crypto.has(name)) return 'crypto and jsonwebtoken';
    return packages[name] ?? packages[name.split('/')[0]] ?? name;
  }
  const [, room] = /\/\.modules\/([^/]+?)(?:\.js)?(?:\/|$)/.exec(url) ?? [];
  if (room !== undefined) return room === 'cli' ? 'our server' : `our ${room}`;
  return url.includes('/bench/') ? 'this benchmark' : 'code made while it runs';
}

/** Where a function stands, short enough for a table. */
export function placeOf({ functionName, url, lineNumber }, callers) {
  const name = functionName || '(anonymous)';
  if (url === '') {
    const caller = callers.at(-1);
    return caller === undefined ? name : `${name} ← ${caller.place}`;
  }
  const file = url
    .replace(/^.*\/node_modules\//, '')
    .replace(/^.*\/\.modules\//, '')
    .replace(/^.*\/bench\//, 'bench/')
    .replace('@apollo/server/dist/esm/', '@apollo/server/');
  return `${name} ${file}:${lineNumber + 1}`;
}
