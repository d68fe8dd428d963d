-- What columns about consent answered, per person and column: `unclear` holds the person back until a later import (or
-- `--consent`) settles it with `in`; `out` is an opt-out of somebody without an address that a suppression could name;
-- `no_call` says not to call. Rows are only added, so that taking an import back brings the answer before it back.
CREATE TABLE consents (
  id INTEGER PRIMARY KEY, person_id INTEGER NOT NULL REFERENCES people(id), label_key TEXT NOT NULL, label TEXT NOT NULL,
  value TEXT NOT NULL,
  answer TEXT NOT NULL CHECK (answer IN ('unclear', 'in', 'out', 'no_call')), source TEXT NOT NULL, seen_on TEXT NOT NULL, import_id INTEGER);
CREATE INDEX consents_person ON consents(person_id, label_key);
CREATE INDEX consents_out ON consents(person_id) WHERE answer = 'out';

-- Whom the token of an opt-out link stands for, so that an opt-out can be read back.
CREATE TABLE opt_out_tokens (
  token TEXT PRIMARY KEY, person_id INTEGER REFERENCES people(id), email TEXT NOT NULL, made_on TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX opt_out_tokens_person ON opt_out_tokens(person_id);

-- Where a run puts its folder, as seen from the database's own folder: another workspace never finishes it.
ALTER TABLE runs ADD COLUMN folder TEXT;

-- What the opt-out was told by, such as a column with its cell.
ALTER TABLE suppressions ADD COLUMN detail TEXT;

-- What a source tells of a reply.
ALTER TABLE people ADD COLUMN replied TEXT;
