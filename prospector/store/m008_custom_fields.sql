-- Columns of the user's own: their current values, a row each. `value_key` is the value without case and accents, by
-- which segments ask. Either a person's or a company's.

CREATE TABLE custom_values (
  id INTEGER PRIMARY KEY, person_id INTEGER REFERENCES people(id), company_id INTEGER REFERENCES companies(id),
  name TEXT NOT NULL, value TEXT NOT NULL, value_key TEXT NOT NULL, CHECK ((person_id IS NULL) <> (company_id IS NULL)));
CREATE UNIQUE INDEX custom_values_person ON custom_values(person_id, name) WHERE person_id IS NOT NULL;
CREATE UNIQUE INDEX custom_values_company ON custom_values(company_id, name) WHERE company_id IS NOT NULL;
CREATE INDEX custom_values_of_people ON custom_values(name, value_key, person_id) WHERE person_id IS NOT NULL;
CREATE INDEX custom_values_of_companies ON custom_values(name, value_key, company_id) WHERE company_id IS NOT NULL;
