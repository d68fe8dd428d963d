-- Addresses that nobody stated: each person's current one that was guessed or looked up, with how likely it is.
-- And addresses that a company's own page shows, with whether the page says not to write to them.

CREATE TABLE found_addresses (
  person_id INTEGER PRIMARY KEY REFERENCES people(id), email TEXT NOT NULL, source TEXT NOT NULL, method TEXT NOT NULL,
  probability REAL, found_on TEXT NOT NULL);
CREATE INDEX found_addresses_email ON found_addresses(email);
CREATE TABLE published_addresses (
  company_id INTEGER NOT NULL REFERENCES companies(id), email TEXT NOT NULL, url TEXT NOT NULL, no_mail INTEGER NOT NULL,
  seen_on TEXT NOT NULL, PRIMARY KEY (company_id, email, url)) WITHOUT ROWID;
CREATE INDEX published_addresses_email ON published_addresses(email);
