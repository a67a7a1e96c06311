/**
 * `require` of the packages that are loaded when they are needed, as this file finds them. Taken from the process, because
 * bundlers replace `createRequire` where they see it imported, and theirs knows no package by a name in a variable. What
 * they make CommonJS of has no `import.meta`.
 */
export const requireHere = (): NodeJS.Require =>
  process
    .getBuiltinModule('node:module')
    .createRequire((import.meta as Partial<ImportMeta>).url ?? __filename);
