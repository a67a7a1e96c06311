import type { Command } from './command.js';
import { importUsers } from './importUsers.js';
import { migrate } from './migrate.js';
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
  userCreate,
  userList,
  userDisable,
  userEnable,
  userSetPassword,
  importUsers,
  roleList,
  roleSet,
  tokenInspect,
  schemaPrint,
  schemaReport,
];
