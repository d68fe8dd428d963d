-- title: Contacts counted by all that they are told apart by
-- means: Sums over its rows are the totals, whichever way they are grouped.
SELECT l.campaign, min(l.segment) AS segment, min(l.sequence) AS sequence, l.source, l.verdict, l.verdict_age, l.owner, l.warmth,
       count(*) AS people, sum(started) AS started, sum(contacted) AS contacted, sum(closed) AS closed,
       sum(contacted AND NOT closed) AS open, sum(closed AND replied) AS replied, sum(closed AND positive) AS positive,
       sum(contacted AND NOT closed AND replied) AS replied_so_far, sum(replied_late) AS replied_late,
       sum(CASE WHEN started THEN mails ELSE 0 END) AS mails, sum(CASE WHEN started THEN hard_bounces ELSE 0 END) AS hard,
       sum(CASE WHEN started THEN soft_bounces ELSE 0 END) AS soft, sum(contacted AND unsubscribed) AS unsubscribed,
       sum(contacted AND complained) AS complained, sum(contacted AND booked) AS booked, sum(contacted AND held) AS held,
       sum(contacted AND automatic) AS automatic
FROM contacts c CROSS JOIN leads l ON l.enrolment_id = c.contact_id GROUP BY l.source, l.campaign, l.verdict, l.verdict_age, l.owner, l.warmth
