-- title: Owners
-- means: What each owner has under way and what came of it: touches that went out, tasks done, replies, meetings, deals.
-- formula: touches = touches that went out to their contacts; won = deals of theirs that were won
-- source: plain counts
SELECT n.owner, coalesce(t.contacted, 0) AS contacted, coalesce(t.touches, 0) AS touches, coalesce(t.replied, 0) AS replied,
       coalesce(t.booked, 0) AS meetings, coalesce(k.done, 0) AS tasks_done, coalesce(d.open, 0) AS open_deals,
       coalesce(d.won, 0) AS won_deals, coalesce(d.won_amount, 0) AS won_amount
FROM (SELECT owner FROM tally UNION SELECT owner FROM deals_then UNION SELECT coalesce(owner, '(nobody)') FROM tasks) n
LEFT JOIN (SELECT l.owner, sum(c.contacted) AS contacted, sum(c.got) AS touches, sum(c.replied) AS replied, sum(c.booked) AS booked
           FROM contacts c CROSS JOIN leads l ON l.enrolment_id = c.contact_id GROUP BY l.owner) t ON t.owner = n.owner
LEFT JOIN (SELECT coalesce(owner, '(nobody)') AS owner, count(*) AS done FROM tasks WHERE state = 'done'
           AND substr(done_on, 1, 10) <= (SELECT as_of FROM params) GROUP BY 1) k ON k.owner = n.owner
LEFT JOIN (SELECT owner, sum(state = 'open') AS open, sum(state = 'won') AS won,
                  sum(CASE WHEN state = 'won' AND currency = (SELECT currency FROM params) THEN amount ELSE 0 END) AS won_amount
           FROM deals_then GROUP BY owner) d ON d.owner = n.owner ORDER BY n.owner
