-- Stages that are worked out from what happened: whose have to be worked out again, and what else they stand on.

-- The stage in the pipeline is ours; what a source's column says of it is a field of its own.
UPDATE evidence SET person_values = replace(person_values, '"stage":', '"crm_stage":') WHERE instr(person_values, '"stage":');

-- People of whom something has changed since their stage was worked out.
CREATE TABLE stages_stale (person_id INTEGER PRIMARY KEY);
CREATE TRIGGER stages_after_event AFTER INSERT ON events WHEN new.person_id IS NOT NULL BEGIN INSERT OR IGNORE INTO stages_stale VALUES (new.person_id); END;
CREATE TRIGGER stages_after_reading AFTER UPDATE OF person_id, class, intent, review, at, details ON events BEGIN INSERT OR IGNORE INTO stages_stale SELECT old.person_id WHERE old.person_id IS NOT NULL; INSERT OR IGNORE INTO stages_stale SELECT new.person_id WHERE new.person_id IS NOT NULL; END;
CREATE TRIGGER stages_after_enrolment AFTER INSERT ON enrolments WHEN new.person_id IS NOT NULL BEGIN INSERT OR IGNORE INTO stages_stale VALUES (new.person_id); END;
CREATE TRIGGER stages_after_whose_enrolment AFTER UPDATE OF person_id ON enrolments WHEN new.person_id IS NOT NULL BEGIN INSERT OR IGNORE INTO stages_stale VALUES (new.person_id); END;
CREATE TRIGGER stages_after_move AFTER INSERT ON stage_moves WHEN new.by = 'hand' AND new.person_id IS NOT NULL BEGIN INSERT OR IGNORE INTO stages_stale VALUES (new.person_id); END;
CREATE TRIGGER stages_after_whose_move AFTER UPDATE OF person_id ON stage_moves WHEN new.person_id IS NOT NULL BEGIN INSERT OR IGNORE INTO stages_stale VALUES (new.person_id); END;
CREATE TRIGGER stages_after_deal AFTER INSERT ON deals WHEN new.person_id IS NOT NULL BEGIN INSERT OR IGNORE INTO stages_stale VALUES (new.person_id); END;
CREATE TRIGGER stages_after_whose_deal AFTER UPDATE OF person_id ON deals WHEN new.person_id IS NOT NULL BEGIN INSERT OR IGNORE INTO stages_stale VALUES (new.person_id); END;
CREATE TRIGGER stages_after_change AFTER INSERT ON deal_changes BEGIN INSERT OR IGNORE INTO stages_stale SELECT person_id FROM deals WHERE id = new.deal_id AND person_id IS NOT NULL; END;

-- The day on which the clock alone changes a stage; NULL where it never does.
ALTER TABLE stages ADD COLUMN due_on TEXT;
-- When a campaign took the person first: from then on silence means something only where answers are read.
ALTER TABLE stages ADD COLUMN contacted_on TEXT;
-- The day as of which it was worked out.
ALTER TABLE stages ADD COLUMN worked_on TEXT;
CREATE INDEX stages_due ON stages(due_on) WHERE due_on IS NOT NULL;
CREATE INDEX stages_worked ON stages(worked_on);

-- Fit as it was found, whenever it was another than before: what it is today says nothing of the day of a move.
CREATE TABLE fits (
  person_id INTEGER NOT NULL REFERENCES people(id), noted_on TEXT NOT NULL, fit INTEGER NOT NULL,
  PRIMARY KEY (person_id, noted_on)) WITHOUT ROWID;

-- Who of the team looks after a person, where somebody said so; else whoever looks after the campaign.
CREATE TABLE person_owners (
  person_id INTEGER PRIMARY KEY REFERENCES people(id), owner TEXT NOT NULL, since TEXT NOT NULL);

-- The last day on which both sides of a deal spoke, or on which it was opened: whoever is silent for long is dark.
ALTER TABLE deals ADD COLUMN heard_on TEXT;

-- What a CRM was told last, by the digest of what was told: only what is another goes there again.
CREATE TABLE crm_told (
  crm TEXT NOT NULL, what TEXT NOT NULL CHECK (what IN ('person', 'deal')), id INTEGER NOT NULL, digest TEXT NOT NULL,
  told_on TEXT NOT NULL, remote_id TEXT, PRIMARY KEY (crm, what, id)) WITHOUT ROWID;

-- What was there before has to be worked out, too.
INSERT OR IGNORE INTO stages_stale SELECT person_id FROM enrolments WHERE person_id IS NOT NULL;
INSERT OR IGNORE INTO stages_stale SELECT person_id FROM events WHERE person_id IS NOT NULL;
