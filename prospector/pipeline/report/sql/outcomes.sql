-- title: Outcomes
-- means: What became of everybody whose window is over, in whichever campaign.
-- formula: as in rates
SELECT c.contact_id, c.person_id, e.enrolled_on, c.replied, c.positive, c.booked, coalesce(w.won, 0) > 0 AS won
FROM contacts c JOIN enrolments e ON e.id = c.contact_id
LEFT JOIN (SELECT who, sum(state = 'won') AS won FROM deals_then GROUP BY who) w ON w.who = c.who
WHERE c.closed AND c.person_id IS NOT NULL ORDER BY e.enrolled_on, c.contact_id
