-- Since when somebody works for the company, in any role, the stage that the team's own tools give, and what the
-- company's home page says.

ALTER TABLE people ADD COLUMN employed_since_from TEXT;
ALTER TABLE people ADD COLUMN employed_since_to TEXT;
ALTER TABLE people ADD COLUMN stage TEXT;
ALTER TABLE companies ADD COLUMN site_text TEXT;
