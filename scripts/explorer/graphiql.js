// GraphiQL with React and Monaco, for the page of the explorer; loaded only where Apollo Sandbox is not.
import 'graphiql/style.css';
import { GraphiQL } from 'graphiql';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';

/** Shows GraphiQL in `element`, with the operation, variables and headers of `config` in it. */
export function mount(element, config) {
  globalThis.MonacoEnvironment = {
    getWorker: (_id, label) => new Worker(config.workers[label] ?? config.workers.editor),
  };
  const fetcher = async (parameters, { headers: given = {} } = {}) => {
    // The prefilled words are no token: where bad tokens are refused whole, they would refuse the login.
    const headers = Object.fromEntries(
      Object.entries(given).filter(([name, value]) => value !== config.headers[name]),
    );
    const response = await fetch(config.endpoint, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(parameters),
    });
    return response.json();
  };
  const tab = {
    query: config.document,
    variables: JSON.stringify(config.variables, null, 2),
    headers: JSON.stringify(config.headers, null, 2),
  };
  createRoot(element).render(
    createElement(GraphiQL, {
      fetcher,
      // What an earlier visit left must not hide the prefilled operation, and tokens are not kept.
      defaultTabs: [tab],
      initialQuery: tab.query,
      initialVariables: tab.variables,
      initialHeaders: tab.headers,
      storage: inMemory(),
      shouldPersistHeaders: false,
      showPersistHeadersSettings: false,
      // The first thing to do is to log in, with these.
      defaultEditorToolsVisibility: 'variables',
    }),
  );
}

function inMemory() {
  const items = new Map();
  return {
    get length() {
      return items.size;
    },
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
    clear: () => items.clear(),
  };
}
