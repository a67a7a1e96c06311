/** Settings that do not fit what the store holds: known only once it is open. Says the fix. */
export class SettingsError extends TypeError {
  constructor(message: string) {
    super(message);
    this.name = 'SettingsError';
  }
}
