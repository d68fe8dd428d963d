-- title: Contacts by group
-- means: How many there are, of the whole and of each part of it. `open`: the window is not over; `replied_late`: a reply came after it.
-- formula: people = started + not started; contacted = closed + open; parts add up to `all`
-- source: people and not events, as Instantly and Reply.io count; that open windows are no zeros is ours
SELECT d.grouped_by, CASE d.grouped_by WHEN 'all' THEN 'all' WHEN 'campaign' THEN t.campaign WHEN 'segment' THEN t.segment
         WHEN 'sequence' THEN t.sequence WHEN 'source' THEN t.source WHEN 'verdict' THEN t.verdict
         WHEN 'verdict age' THEN t.verdict_age WHEN 'owner' THEN t.owner WHEN 'warmth' THEN t.warmth END AS name,
       sum(t.people) AS people, sum(t.started) AS started, sum(t.contacted) AS contacted, sum(t.closed) AS closed,
       sum(t.open) AS open, sum(t.replied) AS replied, sum(t.positive) AS positive,
       sum(t.replied_so_far) AS replied_so_far, sum(t.replied_late) AS replied_late, sum(t.automatic) AS automatic,
       sum(t.mails) AS mails, sum(t.hard) AS hard, sum(t.soft) AS soft, sum(t.unsubscribed) AS unsubscribed,
       sum(t.complained) AS complained, sum(t.booked) AS booked, sum(t.held) AS held
FROM tally t CROSS JOIN (SELECT 'all' AS grouped_by UNION ALL SELECT 'campaign' UNION ALL SELECT 'segment'
  UNION ALL SELECT 'sequence' UNION ALL SELECT 'source' UNION ALL SELECT 'verdict' UNION ALL SELECT 'verdict age'
  UNION ALL SELECT 'owner' UNION ALL SELECT 'warmth') d
GROUP BY 1, 2 ORDER BY 1, 2
