import { defineConfig } from 'vite';

// The page and the API are of one origin, as behind a proxy in production: cookies need nothing more.
export default defineConfig({
  server: {
    proxy: {
      '/graphql': {
        target: process.env.API_URL ?? 'http://127.0.0.1:4000',
        // The server compares the page's origin with the host that was asked.
        changeOrigin: false,
      },
    },
  },
});
