import { backup } from './backup.js';
import type { Command } from './command.js';
import { importUsers } from './importUsers.js';
import { keysExport } from './keys/keysExport.js';
import { keysGenerate } from './keys/keysGenerate.js';
import { keysImport } from './keys/keysImport.js';
import { keysList } from './keys/keysList.js';
import { keysRetire } from './keys/keysRetire.js';
import { keysRotate } from './keys/keysRotate.js';
import { migrate } from './migrate.js';
import { migrateStore } from './migrateStore.js';
import { roleList, roleSet } from './roles.js';
import { schemaPrint } from './schemaPrint.js';
import { schemaReport } from './schemaReport.js';
import { serve } from './serve.js';
import { tokenInspect } from './tokenInspect.js';
import { userDisable, userEnable, userSetPassword } from './userChange.js';
import { userCreate } from './userCreate.js';
import { userList } from './userList.js';

/** Every command, in the order of help. */
export const commands: readonly Command[] = [
  serve,
  migrate,
  backup,
  migrateStore,
  userCreate,
  userList,
  userDisable,
  userEnable,
  userSetPassword,
  importUsers,
  roleList,
  roleSet,
  keysList,
  keysGenerate,
  keysRotate,
  keysRetire,
  keysImport,
  keysExport,
  tokenInspect,
  schemaPrint,
  schemaReport,
];
