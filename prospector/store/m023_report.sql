-- What the report asks for: the address of each enrolment as it was known when it left, and indexes by which a million
-- events are read without their texts.

ALTER TABLE enrolments ADD COLUMN address_source TEXT;
ALTER TABLE enrolments ADD COLUMN address_verdict TEXT;
ALTER TABLE enrolments ADD COLUMN address_checked_on TEXT;
DROP INDEX events_enrolment;
CREATE INDEX events_enrolment ON events(enrolment_id, class, at, touch, intent, bounce_type, channel);
CREATE INDEX touches_dates ON touches(enrolment_id, number, touch, channel, variant, send_at, left_on);
CREATE INDEX deals_opened ON deals(opened_on);
CREATE INDEX lookups_source ON lookups(source, looked_on, outcome, field, cost);
