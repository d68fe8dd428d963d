-- title: Sources of addresses
-- means: How good the addresses of each source were and what they cost. Cost is that of all look-ups of the source, also those that found nothing.
-- formula: bounce = hard bounces / mails sent; cost per found, reply, meeting = cost / addresses found, people who replied, people with a meeting
-- source: a bounce rate per source and verdict, because a verdict is dated (support.uplead.com)
-- rates: hard, mails as bounce
WITH asked AS (
  SELECT source, sum(cost) AS cost, sum(outcome = 'found' AND instr(coalesce(field, ''), 'email') > 0) AS found, count(*) AS lookups
  FROM lookups WHERE looked_on <= (SELECT as_of FROM params) GROUP BY source),
used AS (SELECT source, sum(contacted) AS contacted, sum(mails) AS mails, sum(hard) AS hard, sum(soft) AS soft,
                sum(replied) AS replied, sum(replied) + sum(replied_so_far) AS replied_all, sum(booked) AS booked
         FROM tally GROUP BY source)
SELECT n.source, coalesce(u.contacted, 0) AS contacted, coalesce(u.mails, 0) AS mails, coalesce(u.hard, 0) AS hard,
       coalesce(u.soft, 0) AS soft, coalesce(u.replied_all, 0) AS replied, coalesce(u.booked, 0) AS meetings,
       coalesce(a.lookups, 0) AS lookups, coalesce(a.found, 0) AS found, coalesce(a.cost, 0) AS cost,
       a.cost / nullif(a.found, 0) AS cost_per_found, a.cost / nullif(u.replied_all, 0) AS cost_per_reply,
       a.cost / nullif(u.booked, 0) AS cost_per_meeting
FROM (SELECT source FROM used UNION SELECT source FROM asked WHERE cost > 0 OR found > 0) n
LEFT JOIN used u ON u.source = n.source LEFT JOIN asked a ON a.source = n.source ORDER BY n.source
