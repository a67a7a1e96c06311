/** Settings that turn out wrong only when they are put to use: by what the store holds, or a module. Says the fix. */
export class SettingsError extends TypeError {
  readonly problems: readonly string[];

  constructor(problems: string | readonly string[]) {
    const all = typeof problems === 'string' ? [problems] : problems;
    super(all.join('\n- '));
    this.name = 'SettingsError';
    this.problems = all;
  }
}
