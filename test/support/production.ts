/** Runs something in a process whose NODE_ENV is production, whatever it is given as environment. */
export async function inProduction<T>(run: () => T | Promise<T>): Promise<T> {
  const before = process.env['NODE_ENV'];
  process.env['NODE_ENV'] = 'production';
  try {
    return await run();
  } finally {
    process.env['NODE_ENV'] = before;
  }
}
