-- What is to be done today is found without reading every touch and every stage.

CREATE INDEX touches_tasks ON touches(send_at) WHERE channel <> 'email';
CREATE INDEX people_replied ON people(id) WHERE replied IS NOT NULL;
CREATE INDEX stages_accepted ON stages(accepted_until) WHERE accepted_until IS NOT NULL;
CREATE INDEX tasks_event ON tasks(event_id) WHERE event_id IS NOT NULL;
