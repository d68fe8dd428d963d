-- Where prospects stand: stages with their history, deals, and tasks.

-- The current stage of a person, with both scores; worked out from the moves. `warm`: they came to us.
CREATE TABLE stages (
  person_id INTEGER PRIMARY KEY REFERENCES people(id), stage TEXT NOT NULL, since TEXT NOT NULL, warm INTEGER NOT NULL DEFAULT 0,
  fit INTEGER, engagement INTEGER, accepted_until TEXT, last_answer TEXT, last_two_way TEXT, owner TEXT);
CREATE INDEX stages_stage ON stages(stage, since);

-- Every move, append-only. `by` is `rule:NAME`, `event` or `hand`; a move back has a reason.
CREATE TABLE stage_moves (
  id INTEGER PRIMARY KEY, person_id INTEGER REFERENCES people(id), forgotten INTEGER REFERENCES forgotten(id),
  stage TEXT NOT NULL, came_from TEXT, at TEXT NOT NULL, by TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '',
  event_id INTEGER REFERENCES events(id), campaign TEXT, noted_on TEXT NOT NULL);
CREATE INDEX stage_moves_person ON stage_moves(person_id, at);
CREATE INDEX stage_moves_stage ON stage_moves(stage, at);

CREATE TABLE deals (
  id INTEGER PRIMARY KEY, name TEXT NOT NULL, company_id INTEGER REFERENCES companies(id),
  person_id INTEGER REFERENCES people(id), forgotten INTEGER REFERENCES forgotten(id), campaign TEXT,
  amount REAL, currency TEXT, stage TEXT NOT NULL, since TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'open'
  CHECK (state IN ('open', 'won', 'lost')), opened_on TEXT NOT NULL, close_on TEXT, closed_on TEXT, lost_reason TEXT,
  category TEXT, next_step TEXT, next_step_on TEXT, owner TEXT, warm INTEGER NOT NULL DEFAULT 0);
CREATE INDEX deals_company ON deals(company_id);
CREATE INDEX deals_person ON deals(person_id);
CREATE INDEX deals_open ON deals(stage, since) WHERE state = 'open';

-- Every change of a deal, append-only: each move of the close date, of the amount and of the stage is kept.
CREATE TABLE deal_changes (
  id INTEGER PRIMARY KEY, deal_id INTEGER NOT NULL REFERENCES deals(id), at TEXT NOT NULL, field TEXT NOT NULL,
  was TEXT, became TEXT, by TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '');
CREATE INDEX deal_changes_deal ON deal_changes(deal_id, at);

-- MEDDIC: what is known of a letter, how well (0-3), who said it, when and where that can be read. Append-only.
CREATE TABLE deal_letters (
  id INTEGER PRIMARY KEY, deal_id INTEGER NOT NULL REFERENCES deals(id),
  letter TEXT NOT NULL CHECK (letter IN ('metrics', 'economic_buyer', 'decision_criteria', 'decision_process', 'pain', 'champion')),
  level INTEGER NOT NULL CHECK (level BETWEEN 0 AND 3), value TEXT NOT NULL DEFAULT '', said_by TEXT NOT NULL DEFAULT '',
  said_on TEXT NOT NULL, link TEXT NOT NULL DEFAULT '', noted_on TEXT NOT NULL);
CREATE INDEX deal_letters_deal ON deal_letters(deal_id, letter, said_on);

-- What somebody has to do: reply to answer, call, LinkedIn touch, tool to stop, deal without a next step.
CREATE TABLE tasks (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, what TEXT NOT NULL, person_id INTEGER REFERENCES people(id),
  deal_id INTEGER REFERENCES deals(id), enrolment_id INTEGER REFERENCES enrolments(id), touch TEXT, campaign TEXT,
  due TEXT NOT NULL, why TEXT NOT NULL DEFAULT '', state TEXT NOT NULL DEFAULT 'open'
  CHECK (state IN ('open', 'done', 'skipped')), done_on TEXT, outcome TEXT, event_id INTEGER REFERENCES events(id),
  owner TEXT);
CREATE INDEX tasks_open ON tasks(due) WHERE state = 'open';
CREATE INDEX tasks_person ON tasks(person_id);
