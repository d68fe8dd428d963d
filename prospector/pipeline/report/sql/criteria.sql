-- title: Criteria
-- means: Each reason for which people were taken, as it stood when they were, with those who had it. People have several reasons, so these do not add up to the whole. Reasons of fewer than 30 people are left out.
-- formula: people with the reason who replied / people with the reason whose window is over
-- source: ours; nobody counts over all reasons together, because they overlap
-- rates: replied, people as rate
WITH taken AS MATERIALIZED (
  SELECT e.reason, count(*) AS people, sum(c.replied) AS replied
  FROM contacts c CROSS JOIN enrolments e ON e.id = c.contact_id WHERE c.closed AND e.reason <> '' GROUP BY e.reason)
SELECT j.value AS criterion, sum(t.people) AS people, sum(t.replied) AS replied
FROM taken t CROSS JOIN json_each('[' || replace(json_quote(t.reason), '; ', '","') || ']') j
WHERE j.value <> '' GROUP BY j.value HAVING sum(t.people) >= 30 ORDER BY j.value
