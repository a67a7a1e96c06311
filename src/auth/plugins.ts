import type { Log } from '../log.js';
import type { ErrorFormat } from './errorFormat.js';
import {
  createApolloPlugin,
  createPrivacyPlugin,
  pluginOf,
  type ApolloPlugin,
  type PluginSide,
  type PrivacyPlugin,
} from './plugin.js';
import type { SchemaSide } from './schemaSide.js';

/** The hooks that Apollo Server does not call, or not for the plugins behind it, where one of them has answered. */
const passedOver = ['executionDidStart', 'responseForOperation'] as const;

/** What Apollo Server adds by itself where a list does not name it, and what then watches every execution. */
const addedByApollo = ['CacheControl', 'InlineTrace', 'UsageReporting'] as const;

export interface PluginsParts extends PluginSide, Pick<SchemaSide, 'judge' | 'answer'> {
  readonly log: Log;
  readonly format: ErrorFormat;
  /** False: nothing is compiled. */
  readonly compiledQueries: boolean;
}

/** A list for Apollo Server's `plugins`, made of somebody's own. */
export type ApolloPlugins = <Plugin extends object>(
  own?: readonly Plugin[],
) => (Plugin | ApolloPlugin | PrivacyPlugin)[];

/**
 * Each plugin as it was, and ours behind them, which answers compiled queries where none of them wants to see a request
 * executed. Where Apollo Server would add one by itself that does, nothing is compiled, and a warning says the fix.
 */
export function createApolloPlugins(parts: PluginsParts): ApolloPlugins {
  const { judge, answer, respond, assertIsGuarded, asks, format, compiledQueries, log } = parts;
  const side = { respond, assertIsGuarded, asks };
  const privacy = (own: readonly object[]) =>
    own.some(isCacheOff) ? [] : [createPrivacyPlugin(asks)];
  return (own = []) => {
    assertIsList(own);
    const missing = addedByApollo.filter((id) => own.every((plugin) => idOf(plugin) !== id));
    if (compiledQueries && missing.length > 0) log.warn({ missing }, sayMissing(missing));
    if (!compiledQueries || missing.length > 0) {
      return [...privacy(own), ...own, createApolloPlugin({ judge, ...side }, format)];
    }
    const watched = new WeakSet();
    const judgeFor = (request: object) => (watched.has(request) ? judge : answer);
    const ours = pluginOf({ judgeFor, ...side }, format);
    return [...privacy(own), ...own.map((plugin) => watching(plugin, watched)), ours];
  };
}

function assertIsList(own: unknown): void {
  if (Array.isArray(own)) return;
  throw new TypeError(
    'auth.plugins takes the list of your plugins, as in plugins: auth.plugins([mine]), and adds ours to it; it got no list.',
  );
}

const sayMissing = (missing: readonly string[]): string =>
  `No query is compiled, because Apollo Server adds plugins by itself that watch every execution. Name them in the list of auth.plugins: ${missing
    .map((id) => `ApolloServerPlugin${id}Disabled()`)
    .join(', ')}.`;

const idOf = (plugin: object): unknown =>
  (plugin as { __internal_plugin_id__?: unknown }).__internal_plugin_id__;

const isCacheOff = (plugin: object): boolean =>
  idOf(plugin) === 'CacheControl' &&
  (plugin as { __is_disabled_plugin__?: boolean }).__is_disabled_plugin__ === true;

type RequestDidStart = (request: object) => Promise<object | undefined>;

/** The same plugin, which leaves word of the requests that it wants to see executed. */
function watching<Plugin extends object>(plugin: Plugin, watched: WeakSet<object>): Plugin {
  const { requestDidStart } = plugin as { requestDidStart?: RequestDidStart };
  if (typeof requestDidStart !== 'function') return plugin;
  const watch: RequestDidStart = async (request) => {
    const listener = await requestDidStart.call(plugin, request);
    const wants = passedOver.some((hook) => listener && hook in listener);
    if (wants) watched.add(request);
    return listener;
  };
  // Of an heir: for a plugin that is frozen a proxy may not answer anything else than what is there.
  return new Proxy(Object.create(plugin) as Plugin, {
    get(_, key) {
      if (key === 'requestDidStart') return watch;
      const value: unknown = Reflect.get(plugin, key, plugin);
      return typeof value === 'function' ? (value.bind(plugin) as unknown) : value;
    },
  });
}
