import { type Tx, UniqueViolation } from './database.ts';

/** The table `user_notes`: what a person has noted about others, for himself. */
export class UserNoteDao {
  /**
   * Notes something in place of what was noted before; an empty text for nothing.
   *
   * @throws {ForeignKeyViolation} when one of them does not exist
   */
  async set(tx: Tx, userId: number, aboutUserId: number, note: string): Promise<void> {
    if (note === '') return this.#delete(tx, userId, aboutUserId);
    try {
      await tx
        .insertInto('user_notes')
        .values({ user_id: userId, about_user_id: aboutUserId, note })
        .execute();
    } catch (error) {
      if (!(error instanceof UniqueViolation)) throw error;
      await tx
        .updateTable('user_notes')
        .set({ note })
        .where('user_id', '=', userId)
        .where('about_user_id', '=', aboutUserId)
        .execute();
    }
  }

  async #delete(tx: Tx, userId: number, aboutUserId: number): Promise<void> {
    await tx
      .deleteFrom('user_notes')
      .where('user_id', '=', userId)
      .where('about_user_id', '=', aboutUserId)
      .execute();
  }
}
