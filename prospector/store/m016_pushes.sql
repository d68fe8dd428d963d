-- Deliveries that nothing or no answer is known of yet are looked for by every `status`; and who is paused.

CREATE INDEX deliveries_open ON deliveries(state, run) WHERE state IN ('intended', 'ambiguous');

-- A campaign, or a person in all campaigns. `until` is the day on which it was resumed; NULL while it is paused.
CREATE TABLE pauses (
  id INTEGER PRIMARY KEY, campaign TEXT, person_id INTEGER REFERENCES people(id), since TEXT NOT NULL, until TEXT,
  CHECK ((campaign IS NULL) <> (person_id IS NULL)));
CREATE INDEX pauses_campaign ON pauses(campaign) WHERE until IS NULL;
CREATE INDEX pauses_person ON pauses(person_id) WHERE until IS NULL;
