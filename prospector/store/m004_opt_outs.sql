-- Answers about consent that nobody could read, per person and column: who has one is held back until a later import
-- (or `--consent`) settles it. Rows are only added, so that taking an import back brings the answer before it back.
-- `unclear` is 1 for an answer that was not understood, 0 for one that settles what was unclear before.
CREATE TABLE consents (
  id INTEGER PRIMARY KEY, person_id INTEGER NOT NULL REFERENCES people(id), label_key TEXT NOT NULL, label TEXT NOT NULL,
  value TEXT NOT NULL, unclear INTEGER NOT NULL, source TEXT NOT NULL, seen_on TEXT NOT NULL, import_id INTEGER);
CREATE INDEX consents_person ON consents(person_id, label_key);

-- Whom the token of an opt-out link stands for, so that an opt-out can be read back.
CREATE TABLE opt_out_tokens (
  token TEXT PRIMARY KEY, person_id INTEGER REFERENCES people(id), email TEXT NOT NULL, made_on TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX opt_out_tokens_person ON opt_out_tokens(person_id);

-- Where a run puts its folder, as seen from the database's own folder: another workspace never finishes it.
ALTER TABLE runs ADD COLUMN folder TEXT;
