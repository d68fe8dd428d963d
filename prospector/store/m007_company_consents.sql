-- A list of companies answers about consent as well: whoever works at one waits, or is left alone, with it.

CREATE TABLE consents_new (
  id INTEGER PRIMARY KEY, person_id INTEGER REFERENCES people(id), company_id INTEGER REFERENCES companies(id),
  label_key TEXT NOT NULL, label TEXT NOT NULL, value TEXT NOT NULL,
  answer TEXT NOT NULL CHECK (answer IN ('unclear', 'in', 'out', 'no_call')),
  source TEXT NOT NULL, seen_on TEXT NOT NULL, import_id INTEGER,
  CHECK ((person_id IS NULL) <> (company_id IS NULL)));
INSERT INTO consents_new (id, person_id, label_key, label, value, answer, source, seen_on, import_id)
  SELECT id, person_id, label_key, label, value, answer, source, seen_on, import_id FROM consents;
DROP TABLE consents;
ALTER TABLE consents_new RENAME TO consents;
CREATE INDEX consents_person ON consents(person_id, label_key) WHERE person_id IS NOT NULL;
CREATE INDEX consents_company ON consents(company_id, label_key) WHERE company_id IS NOT NULL;
CREATE INDEX consents_out ON consents(person_id) WHERE answer = 'out';
