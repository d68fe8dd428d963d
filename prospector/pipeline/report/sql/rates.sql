-- title: Rates
-- means: What share of the people who were contacted answered, and how. People are counted, not mails or events; automatic replies are none.
-- formula: reply = people with a human reply within the window after their last touch / contacted whose window is over; positive = interested people / the same; positive share = interested people / people who replied; bounce, soft bounce = hard, other bounces / mails sent; unsubscribe, complaint, meeting booked = people / contacted; show = meetings held / booked
-- source: Instantly and Reply.io count people without automatic replies; that the open ones are no zeros, and both positive rates, are ours
-- rates: numerator, denominator
SELECT g.grouped_by, g.name, d.rate,
       CASE d.rate WHEN 'reply' THEN g.replied WHEN 'positive' THEN g.positive WHEN 'positive share' THEN g.positive
         WHEN 'bounce' THEN g.hard WHEN 'soft bounce' THEN g.soft WHEN 'unsubscribe' THEN g.unsubscribed
         WHEN 'complaint' THEN g.complained WHEN 'meeting booked' THEN g.booked WHEN 'show' THEN g.held END AS numerator,
       CASE WHEN d.rate IN ('reply', 'positive') THEN g.closed WHEN d.rate = 'positive share' THEN g.replied
         WHEN d.rate IN ('bounce', 'soft bounce') THEN g.mails WHEN d.rate = 'show' THEN g.booked
         ELSE g.contacted END AS denominator
FROM groups g CROSS JOIN (SELECT 1 AS place, 'reply' AS rate UNION ALL SELECT 2, 'positive'
  UNION ALL SELECT 3, 'positive share' UNION ALL SELECT 4, 'bounce' UNION ALL SELECT 5, 'soft bounce'
  UNION ALL SELECT 6, 'unsubscribe' UNION ALL SELECT 7, 'complaint' UNION ALL SELECT 8, 'meeting booked'
  UNION ALL SELECT 9, 'show') d
ORDER BY g.grouped_by, g.name, d.place
