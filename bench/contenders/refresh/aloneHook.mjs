const alone = new URL('./aloneWriter.mjs', import.meta.url).href;

export const resolve = (name, context, next) =>
  name === './writer.js' && context.parentURL?.endsWith('/.modules/store/sqlite/store.js')
    ? { url: alone, shortCircuit: true }
    : next(name, context);
