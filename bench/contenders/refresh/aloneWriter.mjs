/** In place of the group commit: each verb is committed by itself, at once, before the next is looked at. */
export function createWriter({ db, prologue, check, undone, changed }) {
  db.pragma('synchronous = FULL');
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const rollback = db.prepare('ROLLBACK');

  const write = async (verb) => {
    check();
    begin.run();
    changed(null);
    try {
      if (prologue.pending()) prologue.run();
      const value = verb();
      commit.run();
      prologue.settled(null);
      return value;
    } catch (error) {
      if (db.inTransaction) rollback.run();
      undone();
      throw error;
    } finally {
      changed(null);
    }
  };
  const nothing = () => undefined;
  return { write, wake: () => void write(nothing), close: () => write(nothing) };
}
