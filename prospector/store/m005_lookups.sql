-- A look-up asks of a person or of a company, for a field, as a part of a run, and has its price. SQLite cannot take
-- NOT NULL off a column, so the table is built anew and its rows are kept.

CREATE TABLE lookups_new (
  id INTEGER PRIMARY KEY, company_id INTEGER REFERENCES companies(id), person_id INTEGER REFERENCES people(id),
  source TEXT NOT NULL, field TEXT, url TEXT, outcome TEXT NOT NULL, reason TEXT, requests INTEGER NOT NULL DEFAULT 0,
  cost REAL NOT NULL DEFAULT 0, run INTEGER, looked_on TEXT NOT NULL,
  CHECK ((company_id IS NULL) <> (person_id IS NULL)));
INSERT INTO lookups_new (id, company_id, source, url, outcome, reason, requests, cost, looked_on)
  SELECT id, company_id, source, url, outcome, reason, requests, cost, looked_on FROM lookups ORDER BY id;
DROP TABLE lookups;
ALTER TABLE lookups_new RENAME TO lookups;
CREATE INDEX lookups_company ON lookups(company_id, source, looked_on) WHERE company_id IS NOT NULL;
CREATE INDEX lookups_person ON lookups(person_id, source, looked_on) WHERE person_id IS NOT NULL;
CREATE INDEX lookups_run ON lookups(run) WHERE run IS NOT NULL;
