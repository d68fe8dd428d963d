-- The ledger: who is enrolled and with which facts, every touch, and each hand-over of a person to a destination.

CREATE TABLE enrolments_new (
  id INTEGER PRIMARY KEY, campaign TEXT NOT NULL, person_id INTEGER REFERENCES people(id), company_id INTEGER,
  -- The address, or `person:ID` of somebody without one: never two enrolments of one key in a campaign.
  lead_key TEXT NOT NULL, email TEXT, enrolled_on TEXT NOT NULL, run TEXT NOT NULL,
  -- As they are handed over; NULL where only a manifest tells of the enrolment.
  first_name TEXT, last_name TEXT, company TEXT, title TEXT, phone TEXT, website TEXT, linkedin TEXT,
  UNIQUE (campaign, lead_key));
INSERT INTO enrolments_new (id, campaign, person_id, company_id, lead_key, email, enrolled_on, run)
  SELECT id, campaign, person_id, company_id, email, CASE WHEN instr(email, '@') THEN email END, enrolled_on, run
  FROM enrolments;

CREATE TABLE touches_new (
  id INTEGER PRIMARY KEY, enrolment_id INTEGER NOT NULL REFERENCES enrolments_new(id), touch TEXT NOT NULL,
  number INTEGER NOT NULL, day INTEGER, channel TEXT NOT NULL, variant TEXT, send_at TEXT NOT NULL, subject TEXT, text TEXT,
  html TEXT, left_on TEXT, UNIQUE (enrolment_id, touch));
INSERT INTO touches_new (id, enrolment_id, touch, number, channel, variant, send_at, subject, text, html, left_on)
  SELECT id, enrolment_id, touch, number, channel, variant, send_at, subject, text, html, left_on FROM touches;

-- `state`: intended (written down, nothing has left), sent (it has left), accepted and refused (what the destination, or
-- the last look at the suppressions, said, with a reason), ambiguous (no answer came), settled (found out afterwards).
CREATE TABLE deliveries (
  id INTEGER PRIMARY KEY, enrolment_id INTEGER NOT NULL REFERENCES enrolments_new(id), destination TEXT NOT NULL,
  run TEXT NOT NULL, batch INTEGER NOT NULL DEFAULT 1,
  state TEXT NOT NULL CHECK (state IN ('intended', 'sent', 'accepted', 'refused', 'ambiguous', 'settled')), reason TEXT,
  remote_id TEXT, attempt INTEGER NOT NULL DEFAULT 1, entry_sha256 TEXT);
CREATE INDEX deliveries_run ON deliveries(run, enrolment_id);
CREATE INDEX deliveries_enrolment ON deliveries(enrolment_id);

-- `manifest` has no lists: those are in the tables. `held_back` keeps its people until the run has left.
CREATE TABLE runs_new (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, campaign TEXT NOT NULL, as_of TEXT NOT NULL, state TEXT NOT NULL,
  manifest TEXT NOT NULL, held_back_sha256 TEXT, manifest_sha256 TEXT, folder TEXT);
CREATE TABLE held_back (
  run TEXT NOT NULL, position INTEGER NOT NULL, person TEXT NOT NULL, person_id INTEGER NOT NULL, email TEXT,
  reason TEXT NOT NULL, detail TEXT NOT NULL, PRIMARY KEY (run, position)) WITHOUT ROWID;
