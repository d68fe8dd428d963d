-- title: What goes with replies
-- means: Facts of the people whose window is over, as they are known today, each beside everybody else of whom the fact is known. With many facts some look good by chance: one holds only after correction for their number (Holm), with 30 people on both sides.
-- formula: rate = people with the fact who replied / people with it; rest = the same of those with another value
-- source: Holm 1979
-- rates: replied, people as rate; rest_replied, rest as rest_rate
WITH over AS (SELECT p.company_id, p.department, p.seniority, p.country, c.replied FROM contacts c JOIN people p ON p.id = c.person_id WHERE c.closed),
firms AS (SELECT company_id, count(*) AS people, sum(replied) AS replied FROM over WHERE company_id IS NOT NULL GROUP BY company_id),
facts AS (
  SELECT 'department' AS field, department AS value, count(*) AS people, sum(replied) AS replied FROM over GROUP BY department
  UNION ALL SELECT 'seniority', seniority, count(*), sum(replied) FROM over GROUP BY seniority
  UNION ALL SELECT 'country', country, count(*), sum(replied) FROM over GROUP BY country
  UNION ALL SELECT 'industry', c.industry, sum(f.people), sum(f.replied) FROM firms f JOIN companies c ON c.id = f.company_id GROUP BY c.industry
  UNION ALL SELECT 'company country', c.country, sum(f.people), sum(f.replied) FROM firms f JOIN companies c ON c.id = f.company_id GROUP BY c.country
  UNION ALL SELECT 'headcount', CASE WHEN c.headcount_min > 1000 THEN 'over 1000' WHEN c.headcount_min > 200 THEN '201-1000'
      WHEN c.headcount_min > 50 THEN '51-200' WHEN c.headcount_min > 10 THEN '11-50' WHEN c.headcount_min IS NOT NULL THEN '1-10' END,
    sum(f.people), sum(f.replied) FROM firms f JOIN companies c ON c.id = f.company_id GROUP BY 2),
known AS (SELECT field, sum(people) AS people, sum(replied) AS replied FROM facts WHERE value IS NOT NULL GROUP BY field),
every AS (SELECT sum(people) AS people, sum(replied) AS replied FROM firms),
marks AS (
  SELECT 'uses' AS field, t.technology AS value, sum(f.people) AS people, sum(f.replied) AS replied
  FROM firms f JOIN (SELECT DISTINCT company_id, technology FROM company_technologies WHERE gone_on IS NULL) t
    ON t.company_id = f.company_id GROUP BY t.technology
  UNION ALL SELECT 'signal', s.kind, sum(f.people), sum(f.replied)
  FROM firms f JOIN (SELECT DISTINCT company_id, kind FROM signals) s ON s.company_id = f.company_id GROUP BY s.kind
  UNION ALL SELECT 'hiring', o.department, sum(f.people), sum(f.replied)
  FROM firms f JOIN (SELECT DISTINCT company_id, department FROM openings WHERE closed_on IS NULL) o ON o.company_id = f.company_id
  GROUP BY o.department)
SELECT f.field, f.value, f.people, f.replied, k.people - f.people AS rest, k.replied - f.replied AS rest_replied
FROM facts f JOIN known k ON k.field = f.field WHERE f.value IS NOT NULL AND f.people >= 30 AND k.people - f.people >= 30
UNION ALL
SELECT m.field, m.value, m.people, m.replied, e.people - m.people, e.replied - m.replied
FROM marks m CROSS JOIN every e WHERE m.value IS NOT NULL AND m.people >= 30 AND e.people - m.people >= 30
ORDER BY 1, 2
