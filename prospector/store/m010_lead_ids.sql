-- What tells a lead in what comes back, why the person was taken, and the user's own columns as they left.

ALTER TABLE enrolments ADD COLUMN lead_id TEXT;
ALTER TABLE enrolments ADD COLUMN reason TEXT;
ALTER TABLE enrolments ADD COLUMN custom TEXT;
CREATE INDEX enrolments_lead_id ON enrolments(lead_id);
