-- Whether a company uses a product, buys on a platform or hires for a department is answered by the index alone: the
-- rows themselves hold the evidence as well, and are spread over ten times as many pages.

DROP INDEX company_technologies_technology;
DROP INDEX company_technologies_ads;
CREATE INDEX company_technologies_technology ON company_technologies(technology, company_id, gone_on, grade);
CREATE INDEX company_technologies_ads ON company_technologies(advertises_on, company_id, gone_on, grade, level)
  WHERE advertises_on IS NOT NULL;
DROP INDEX openings_department;
CREATE INDEX openings_department ON openings(department, company_id, closed_on, last_seen, posted_on);
