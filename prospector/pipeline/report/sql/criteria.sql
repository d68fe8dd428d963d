-- title: Criteria
-- means: Each reason for which people were taken, as it stood when they were, with those who had it. People have several reasons, so these do not add up to the whole. Reasons of fewer than 30 people are left out.
-- formula: people with the reason who replied / people with the reason whose window is over
-- source: ours; nobody counts over all reasons together, because they overlap
-- rates: replied, people as rate
SELECT j.value AS criterion, count(*) AS people, sum(c.replied) AS replied
FROM contacts c JOIN enrolments e ON e.id = c.contact_id
JOIN json_each('[' || replace(json_quote(coalesce(e.reason, '')), '; ', '","') || ']') j
WHERE c.closed AND j.value <> '' GROUP BY j.value HAVING count(*) >= 30 ORDER BY j.value
