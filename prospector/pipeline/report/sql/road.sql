-- title: The road to a win
-- means: How many people reached each step of it in any way, campaigns first, and how many of them (`of`: of deals, those that are decided) the next one.
-- formula: contacted, then replied in the window, then a meeting, then a deal, then a win; each of those before
-- source: ours
-- rates: next, of
WITH reached AS (
  SELECT c.who, max(c.contacted) AS contacted, max(c.replied AND c.contacted) AS replied, max(c.contacted AND c.booked) AS booked,
         max(c.contacted AND coalesce(d.deals, 0) > 0) AS deals, max(c.contacted AND coalesce(d.won, 0) > 0) AS won,
         max(c.contacted AND coalesce(d.decided, 0) > 0) AS decided
  FROM contacts c LEFT JOIN (SELECT who, count(*) AS deals, sum(state = 'won') AS won, sum(state <> 'open') AS decided FROM deals_then GROUP BY who) d ON d.who = c.who
  GROUP BY c.who),
through AS (SELECT sum(contacted) AS contacted, sum(replied OR booked OR deals) AS replied, sum(booked OR deals) AS booked,
                   sum(deals) AS deals, sum(won) AS won, sum(decided) AS decided FROM reached)
SELECT 1 AS place, 'contacted' AS step, contacted AS people, replied AS next, contacted AS of FROM through
UNION ALL SELECT 2, 'replied', replied, booked, replied FROM through
UNION ALL SELECT 3, 'booked', booked, deals, booked FROM through
UNION ALL SELECT 4, 'deals', deals, won, decided FROM through
UNION ALL SELECT 5, 'won', won, won, won FROM through
ORDER BY 1
