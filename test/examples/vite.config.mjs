// The example as it is, but with the package from source.
import { fileURLToPath } from 'node:url';
import { mergeConfig } from 'vite';
import example from '../../examples/browser/vite.config.js';

const source = (path) => fileURLToPath(new URL(`../../src/client/${path}`, import.meta.url));

export default mergeConfig(example, {
  build: { outDir: process.env.OUT_DIR },
  resolve: {
    alias: [
      { find: /^graphql-gatehouse\/client$/, replacement: source('index.ts') },
      { find: /^graphql-gatehouse\/client\/(.*)$/, replacement: source('adapters/$1.ts') },
    ],
  },
});
