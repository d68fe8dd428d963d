-- The first schema. Released migrations are never changed: add another file.

CREATE TABLE companies (
  id INTEGER PRIMARY KEY, name TEXT, name_key TEXT, domain TEXT, website TEXT,
  industry TEXT, industry_text TEXT, headcount_min INTEGER, headcount_max INTEGER,
  country TEXT, region TEXT, city TEXT, address TEXT, phone TEXT, linkedin TEXT, description TEXT, founded INTEGER,
  revenue_min INTEGER, revenue_max INTEGER, headcount_growth INTEGER, keywords TEXT,
  funding_stage TEXT, funding_total INTEGER, funding_amount INTEGER, funded_on_from TEXT, funded_on_to TEXT, word_key TEXT);
CREATE INDEX companies_domain ON companies(domain);
CREATE INDEX companies_name_key ON companies(name_key);
CREATE INDEX companies_industry ON companies(industry, headcount_min, headcount_max, country);

CREATE TABLE people (
  id INTEGER PRIMARY KEY, company_id INTEGER REFERENCES companies(id),
  first_name TEXT, last_name TEXT, name_key TEXT, greeting TEXT, email TEXT, email_status TEXT, email_verdict TEXT,
  title TEXT, department TEXT, seniority TEXT, role_started_from TEXT, role_started_to TEXT,
  phone TEXT, linkedin TEXT, country TEXT, region TEXT, city TEXT, time_zone TEXT, title_key TEXT);
CREATE INDEX people_email ON people(email);
CREATE INDEX people_linkedin ON people(linkedin);
-- The next two hold all that most segments ask of a person, so that a count need not read the rows themselves.
CREATE INDEX people_company ON people(
  company_id, name_key, department, seniority, role_started_from, role_started_to, title);
CREATE INDEX people_role ON people(
  department, seniority, role_started_from, role_started_to, company_id, title);

CREATE TABLE person_addresses (email TEXT PRIMARY KEY, person_id INTEGER NOT NULL REFERENCES people(id)) WITHOUT ROWID;
CREATE INDEX person_addresses_person ON person_addresses(person_id);

CREATE TABLE evidence (
  id INTEGER PRIMARY KEY, person_id INTEGER REFERENCES people(id), company_id INTEGER REFERENCES companies(id),
  source TEXT NOT NULL, row INTEGER NOT NULL DEFAULT 0, url TEXT, method TEXT NOT NULL, seen_on TEXT NOT NULL,
  confidence REAL, cost REAL NOT NULL DEFAULT 0, import_id INTEGER, person_values TEXT, company_values TEXT);
CREATE INDEX evidence_person ON evidence(person_id) WHERE person_id IS NOT NULL;
CREATE INDEX evidence_company ON evidence(company_id) WHERE company_values IS NOT NULL;

CREATE TABLE company_technologies (
  company_id INTEGER NOT NULL REFERENCES companies(id), technology TEXT NOT NULL, source TEXT NOT NULL,
  name TEXT NOT NULL, category TEXT, advertises_on TEXT, level TEXT, grade INTEGER, url TEXT, evidence TEXT,
  first_seen TEXT NOT NULL, last_seen TEXT NOT NULL, gone_on TEXT,
  PRIMARY KEY (company_id, technology, source)) WITHOUT ROWID;
CREATE INDEX company_technologies_technology ON company_technologies(technology, company_id);
CREATE INDEX company_technologies_ads ON company_technologies(advertises_on, company_id) WHERE advertises_on IS NOT NULL;

CREATE TABLE openings (
  id INTEGER PRIMARY KEY, company_id INTEGER NOT NULL REFERENCES companies(id), source TEXT NOT NULL, key TEXT NOT NULL,
  title TEXT NOT NULL, title_key TEXT NOT NULL, department TEXT, seniority TEXT, location TEXT, url TEXT, posted_on TEXT,
  first_seen TEXT NOT NULL, last_seen TEXT NOT NULL, closed_on TEXT,
  UNIQUE (company_id, source, key));
CREATE INDEX openings_department ON openings(department, company_id);

CREATE TABLE signals (
  id INTEGER PRIMARY KEY, company_id INTEGER NOT NULL REFERENCES companies(id), kind TEXT NOT NULL,
  happened_on TEXT NOT NULL, detail TEXT, source TEXT NOT NULL, url TEXT, seen_on TEXT NOT NULL,
  UNIQUE (company_id, kind, happened_on, source));
CREATE INDEX signals_kind ON signals(kind, company_id);

CREATE TABLE readings (
  company_id INTEGER NOT NULL REFERENCES companies(id), channel TEXT NOT NULL, read_on TEXT NOT NULL,
  PRIMARY KEY (company_id, channel)) WITHOUT ROWID;

CREATE TABLE lookups (
  id INTEGER PRIMARY KEY, company_id INTEGER NOT NULL REFERENCES companies(id), source TEXT NOT NULL, url TEXT,
  outcome TEXT NOT NULL, reason TEXT, requests INTEGER NOT NULL DEFAULT 0, cost REAL NOT NULL DEFAULT 0,
  looked_on TEXT NOT NULL);
CREATE INDEX lookups_company ON lookups(company_id, source, looked_on);

-- What the last reading of a home page led to, and how to ask whether the page has changed since.
CREATE TABLE home_pages (
  company_id INTEGER PRIMARY KEY REFERENCES companies(id), url TEXT NOT NULL, leads TEXT NOT NULL,
  etag TEXT, last_modified TEXT, reader TEXT NOT NULL, read_on TEXT NOT NULL);

CREATE TABLE imports (
  id INTEGER PRIMARY KEY, file TEXT NOT NULL, sha256 TEXT NOT NULL, preset TEXT NOT NULL, imported_on TEXT NOT NULL,
  counts TEXT NOT NULL, undone_on TEXT);

CREATE TABLE merges (
  id INTEGER PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('person', 'company')), kept INTEGER NOT NULL,
  gone INTEGER NOT NULL, merged_on TEXT NOT NULL, held TEXT NOT NULL);

CREATE TABLE aliases (
  kind TEXT NOT NULL, key TEXT NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (kind, key)) WITHOUT ROWID;

CREATE TABLE kept_apart (
  kind TEXT NOT NULL, a INTEGER NOT NULL, b INTEGER NOT NULL, kept_on TEXT NOT NULL, PRIMARY KEY (kind, a, b)) WITHOUT ROWID;

CREATE TABLE suppressions (
  kind TEXT NOT NULL, value TEXT NOT NULL, reason TEXT NOT NULL, source TEXT NOT NULL, added_on TEXT NOT NULL,
  PRIMARY KEY (kind, value)) WITHOUT ROWID;

CREATE TABLE runs (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, campaign TEXT NOT NULL, as_of TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('intended', 'left')), manifest TEXT NOT NULL, leads TEXT);

CREATE TABLE enrolments (
  id INTEGER PRIMARY KEY, campaign TEXT NOT NULL, person_id INTEGER REFERENCES people(id), company_id INTEGER,
  email TEXT NOT NULL, enrolled_on TEXT NOT NULL, run TEXT NOT NULL, UNIQUE (campaign, email));
CREATE INDEX enrolments_email ON enrolments(email, enrolled_on);
CREATE INDEX enrolments_person ON enrolments(person_id, enrolled_on);
CREATE INDEX enrolments_day ON enrolments(campaign, enrolled_on);

CREATE TABLE touches (
  id INTEGER PRIMARY KEY, enrolment_id INTEGER NOT NULL REFERENCES enrolments(id), touch TEXT NOT NULL,
  number INTEGER NOT NULL, channel TEXT NOT NULL, variant TEXT, send_at TEXT NOT NULL, subject TEXT, text TEXT,
  html TEXT, left_on TEXT, UNIQUE (enrolment_id, touch));

-- A segment's members at each run: `snapshots` names the run, `memberships` holds from which one to which one.
CREATE TABLE snapshots (
  id INTEGER PRIMARY KEY, segment TEXT NOT NULL, as_of TEXT NOT NULL, run TEXT, members INTEGER NOT NULL);
CREATE INDEX snapshots_segment ON snapshots(segment, as_of);
CREATE TABLE memberships (
  segment TEXT NOT NULL, person_id INTEGER NOT NULL REFERENCES people(id), came INTEGER NOT NULL REFERENCES snapshots(id),
  went INTEGER REFERENCES snapshots(id), PRIMARY KEY (segment, person_id, came)) WITHOUT ROWID;

CREATE VIEW prospects AS
  SELECT p.id AS person_id, p.first_name, p.last_name, p.email, p.title, p.department, p.seniority,
         p.role_started_from, p.role_started_to, p.phone, p.linkedin, p.country AS person_country,
         p.city AS person_city, c.id AS company_id, c.name AS company, c.domain, c.industry, c.headcount_min,
         c.headcount_max, c.country, c.city
  FROM people p LEFT JOIN companies c ON c.id = p.company_id;
