/** Settings that are right alone and turn out wrong when they are put to use; each problem says its fix. */
export class SettingsError extends TypeError {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n- '));
    this.name = 'SettingsError';
  }
}
