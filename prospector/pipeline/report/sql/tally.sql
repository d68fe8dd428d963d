-- title: Contacts counted by all that they are told apart by
-- means: Sums over its rows are the totals, whichever way they are grouped.
SELECT campaign, segment, sequence, source, verdict, verdict_age, owner, warmth,
       count(*) AS people, sum(started) AS started, sum(contacted) AS contacted, sum(closed) AS closed,
       sum(contacted AND NOT closed) AS open, sum(closed AND replied) AS replied, sum(closed AND positive) AS positive,
       sum(contacted AND NOT closed AND replied) AS replied_so_far, sum(replied_late) AS replied_late,
       sum(CASE WHEN started THEN mails ELSE 0 END) AS mails, sum(CASE WHEN started THEN hard_bounces ELSE 0 END) AS hard,
       sum(CASE WHEN started THEN soft_bounces ELSE 0 END) AS soft, sum(contacted AND unsubscribed) AS unsubscribed,
       sum(contacted AND complained) AS complained, sum(contacted AND booked) AS booked, sum(contacted AND held) AS held,
       sum(contacted AND automatic) AS automatic
FROM contacts GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
