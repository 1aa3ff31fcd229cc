/** Schema changes, in order. One that was published is never edited: a new one follows it. */
export const migrations: readonly ((schema: string) => string)[] = [
  (schema) => `
    CREATE TABLE ${schema}.entry (
      id text PRIMARY KEY,
      work text NOT NULL,
      next_at bigint NOT NULL,
      owner text,
      doubt boolean NOT NULL,
      revision integer NOT NULL,
      entry jsonb NOT NULL
    );
    -- Exactly the order of the claim: with next_at alone, rows of one date would be sorted at each claim.
    CREATE INDEX entry_due ON ${schema}.entry (next_at, id) WHERE work IN ('queued', 'sending');
    CREATE TABLE ${schema}.name (name text PRIMARY KEY, id text NOT NULL);
    CREATE TABLE ${schema}.content (
      id text NOT NULL,
      generation integer NOT NULL,
      part integer NOT NULL,
      bytes bytea NOT NULL,
      PRIMARY KEY (id, generation, part)
    );
    ALTER TABLE ${schema}.content ALTER COLUMN bytes SET STORAGE EXTERNAL;
    CREATE TABLE ${schema}.report (key text PRIMARY KEY, item jsonb NOT NULL);`,
  // When the last lease began, and how many ended without a record since the entry was written.
  (schema) => `
    ALTER TABLE ${schema}.entry ADD COLUMN claimed_at bigint;
    ALTER TABLE ${schema}.entry ADD COLUMN lapsed integer NOT NULL DEFAULT 0;`,
  // What a summary counts, as of the revision `counted`: a row of another revision is read instead.
  (schema) => `
    ALTER TABLE ${schema}.entry ADD COLUMN state text;
    ALTER TABLE ${schema}.entry ADD COLUMN problem text;
    ALTER TABLE ${schema}.entry ADD COLUMN owned_by text;
    ALTER TABLE ${schema}.entry ADD COLUMN made_at bigint;
    ALTER TABLE ${schema}.entry ADD COLUMN counted integer;`,
];
