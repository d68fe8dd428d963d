-- Since when somebody works for the company, in any role, and the stage that the team's own tools give.

ALTER TABLE people ADD COLUMN employed_since_from TEXT;
ALTER TABLE people ADD COLUMN employed_since_to TEXT;
ALTER TABLE people ADD COLUMN stage TEXT;
