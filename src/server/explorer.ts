import type { Exchange } from './exchange.js';
import type { ServerOptions } from './options.js';
export function createExplorer(
  _options: Pick<ServerOptions<object>, 'path' | 'explorerFolder'>,
): (exchange: Exchange) => Promise<boolean> {
  return () => Promise.resolve(false);
}
