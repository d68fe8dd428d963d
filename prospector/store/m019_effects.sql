-- What follows from events, and who let a breaker go on.

-- The day on which what follows from an event was done; NULL while that is still to be done, or to be done anew.
ALTER TABLE events ADD COLUMN followed_on TEXT;
CREATE INDEX events_to_follow ON events(id) WHERE followed_on IS NULL;

-- A code of the held back; NULL for a pause by hand.
ALTER TABLE pauses ADD COLUMN reason TEXT;
CREATE INDEX pauses_event ON pauses(event_id) WHERE event_id IS NOT NULL;
CREATE INDEX stops_event ON stops(event_id) WHERE event_id IS NOT NULL;
CREATE INDEX effects_detail ON effects(effect, detail);

-- By a person's word a breaker counts only who was enrolled after this.
CREATE TABLE breaker_resumes (
  id INTEGER PRIMARY KEY, scope TEXT NOT NULL CHECK (scope IN ('campaign', 'source', 'domain')), name TEXT NOT NULL,
  resumed_on TEXT NOT NULL, after_enrolment INTEGER NOT NULL);
CREATE INDEX breaker_resumes_name ON breaker_resumes(scope, name);

-- An enrolment of a forgotten person: counted by the number, so that past totals stay.
ALTER TABLE enrolments ADD COLUMN forgotten INTEGER REFERENCES forgotten(id);
CREATE INDEX enrolments_forgotten ON enrolments(forgotten) WHERE forgotten IS NOT NULL;
