/** Migration 2: what each open session is doing; a note for readers, outside the chain and gone with the session. */
export const activityMigration = `
-- JSON of contracts/activity.ts; null until something is known.
ALTER TABLE holders ADD COLUMN activity TEXT;
`;
