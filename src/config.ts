/** The settings: one table, and all that comes from it. */
export { settingsPage } from './config/docs.js';
export { loadFunction, loadFunctions } from './config/loadFunctions.js';
export { settingsHelp, wrap } from './config/help.js';
export { configFromCode, loadConfig, type Loaded, type LoadOptions } from './config/load.js';
export { SettingsError } from './config/settingsError.js';
export type { Environment, Flags } from './config/sources.js';
export { didYouMean } from './config/suggest.js';
export { entries, type Config, type Entry, type SettingsInput } from './config/table.js';
