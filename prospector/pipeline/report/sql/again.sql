-- title: Enrolments of one person in one campaign
-- means: Those who were enrolled twice in a campaign, because two entries were merged since, with the first of the two.
SELECT e.id AS enrolment_id, min(f.id) AS contact_id
FROM (SELECT person_id FROM enrolments WHERE person_id IS NOT NULL GROUP BY person_id HAVING count(*) > 1) m
CROSS JOIN enrolments e ON e.person_id = m.person_id
CROSS JOIN enrolments f ON f.person_id = m.person_id AND f.campaign = e.campaign AND f.id <= e.id
GROUP BY e.id HAVING min(f.id) < e.id
UNION ALL
SELECT e.id, min(f.id) FROM enrolments e JOIN enrolments f ON f.forgotten = e.forgotten AND f.campaign = e.campaign AND f.id < e.id
WHERE e.forgotten IS NOT NULL GROUP BY e.id
