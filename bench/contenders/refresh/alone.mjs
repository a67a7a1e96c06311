/** `node --import …/alone.mjs .modules/cli/main.js serve`: the same server, but each write is a commit of its own. */
import { register } from 'node:module';

register(new URL('./aloneHook.mjs', import.meta.url));
