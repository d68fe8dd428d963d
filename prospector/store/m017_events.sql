-- What came back: kept as it came, read into events, and what followed from each.

-- A mail, a payload or a row of an export, compressed. It is kept so that better rules can read it again, and blanked
-- when its person is forgotten.
CREATE TABLE received (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL CHECK (kind IN ('mail', 'payload', 'row', 'hand')),
  source TEXT NOT NULL, way TEXT NOT NULL, raw BLOB, read_on TEXT NOT NULL);

-- Who was forgotten: only a number and a day. Events of theirs keep the number, so that past totals stay.
CREATE TABLE forgotten (id INTEGER PRIMARY KEY AUTOINCREMENT, forgotten_on TEXT NOT NULL);

-- One thing that happened to one person. Rows are never deleted. The columns from `class` on are the current reading.
CREATE TABLE events (
  id INTEGER PRIMARY KEY,
  -- The same thing read again, by whichever way, has the same key.
  key TEXT NOT NULL UNIQUE, received_id INTEGER REFERENCES received(id),
  -- When it happened, in UTC, such as 2026-12-03T09:12:00Z, and the day on which it was read first.
  at TEXT NOT NULL, read_on TEXT NOT NULL,
  -- `mailbox:NAME`, the name of a tool, `form:NAME`, `link` or `hand`; and imap, file, export, pull, webhook or hand.
  source TEXT NOT NULL, way TEXT NOT NULL,
  person_id INTEGER REFERENCES people(id), forgotten INTEGER REFERENCES forgotten(id),
  enrolment_id INTEGER REFERENCES enrolments(id), campaign TEXT, touch TEXT,
  -- lead_id, message_id, address, name or hand; NULL while nobody is known for it.
  matched_by TEXT, recipient TEXT, message_id TEXT,
  class TEXT NOT NULL, channel TEXT, bounce_type TEXT, intent TEXT, until TEXT, subject TEXT, text TEXT,
  -- JSON: what else was told, such as a new contact, an outcome, an address of a page.
  details TEXT, confidence REAL NOT NULL DEFAULT 1,
  -- waiting or done; NULL where nobody has to look. `doubts` is a JSON list of words.
  review TEXT CHECK (review IN ('waiting', 'done')), doubts TEXT,
  -- Of the rules that read it; NULL where nothing had to be interpreted.
  version INTEGER);
CREATE INDEX events_person ON events(person_id, at);
CREATE INDEX events_enrolment ON events(enrolment_id, class, at);
CREATE INDEX events_class ON events(class, at);
CREATE INDEX events_message_id ON events(message_id) WHERE message_id IS NOT NULL;
CREATE INDEX events_recipient ON events(recipient) WHERE matched_by IS NULL;
CREATE INDEX events_waiting ON events(id) WHERE review = 'waiting';

-- Earlier readings of an event: a JSON object of the columns that were others, until when, and who or what changed them.
CREATE TABLE event_readings (
  id INTEGER PRIMARY KEY, event_id INTEGER NOT NULL REFERENCES events(id), was TEXT NOT NULL, until TEXT NOT NULL,
  by TEXT NOT NULL);
CREATE INDEX event_readings_event ON event_readings(event_id);

-- What followed from an event: done once, never again by itself, also where somebody took it back.
CREATE TABLE effects (
  id INTEGER PRIMARY KEY, event_id INTEGER NOT NULL REFERENCES events(id), effect TEXT NOT NULL,
  detail TEXT NOT NULL DEFAULT '', done_on TEXT NOT NULL, undone_on TEXT, undone_by TEXT,
  UNIQUE (event_id, effect, detail));

-- Who gets no more touches: of one campaign, or of all where `campaign` is NULL. `reason` is a code of the held back.
CREATE TABLE stops (
  id INTEGER PRIMARY KEY, person_id INTEGER NOT NULL REFERENCES people(id), campaign TEXT, reason TEXT NOT NULL,
  detail TEXT NOT NULL DEFAULT '', since TEXT NOT NULL, event_id INTEGER REFERENCES events(id), lifted_on TEXT);
CREATE INDEX stops_person ON stops(person_id) WHERE lifted_on IS NULL;

-- What has to be stopped inside a tool. open: somebody has to; pushed: the tool's API said yes; done: somebody said so.
CREATE TABLE tool_stops (
  id INTEGER PRIMARY KEY, enrolment_id INTEGER NOT NULL REFERENCES enrolments(id), destination TEXT NOT NULL,
  reason TEXT NOT NULL, event_id INTEGER REFERENCES events(id), since TEXT NOT NULL, steps TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'pushed', 'done')), answer TEXT, done_on TEXT, done_by TEXT,
  UNIQUE (enrolment_id, destination));
CREATE INDEX tool_stops_open ON tool_stops(id) WHERE state = 'open';

-- A pause that ends by itself after the day `through`, and the event that it came from.
ALTER TABLE pauses ADD COLUMN through TEXT;
ALTER TABLE pauses ADD COLUMN event_id INTEGER REFERENCES events(id);

-- Spans of a mailbox, folder or tool that were read without a gap, in UTC, and how many things they held.
CREATE TABLE spans_read (
  id INTEGER PRIMARY KEY, source TEXT NOT NULL, from_at TEXT NOT NULL, to_at TEXT NOT NULL, read_on TEXT NOT NULL,
  held INTEGER NOT NULL DEFAULT 0);
CREATE INDEX spans_read_source ON spans_read(source, from_at);

-- How far a mailbox's folder or a tool was read, in its own terms.
CREATE TABLE cursors (source TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (source, name)) WITHOUT ROWID;

-- The first 20 hexadecimal digits of the Message-ID that a mail of ours has; made from the touches when mail is read.
CREATE TABLE message_ids (digits TEXT PRIMARY KEY, touch_id INTEGER NOT NULL REFERENCES touches(id)) WITHOUT ROWID;
