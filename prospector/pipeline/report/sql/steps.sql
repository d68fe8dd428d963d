-- title: Touches, a row each
-- means: A mail went out when it was handed over, its day has come, and nobody had answered, opted out or hard-bounced before it; what an answer is to went out in any case. Where a tool tells which mails it sent, those up to the last one that it told of went out, and no others. A call, a LinkedIn touch or another task went out when somebody or its tool said that it was done, and not because its day has come: until then it is `waiting`, unless it was left out on purpose or came to nothing because of an answer. `credit` is 2 for the touch that a reply answers, 1 for one before the reply, 0 for a later one.
SELECT enrolment_id, contact_id, is_first, number, touch, channel, variant, send_at, skipped AND NOT done AS skipped,
       CASE WHEN answered THEN 1 WHEN channel <> 'email' THEN done WHEN NOT left THEN 0
            WHEN told_touch IS NOT NULL THEN touch <= told_touch ELSE due AND in_time END AS went,
       channel <> 'email' AND due AND in_time AND NOT done AND NOT skipped AND NOT answered AS waiting,
       answered OR silent AS silent, CASE WHEN answered THEN 2 WHEN has_reply THEN silent END AS credit
FROM (
  SELECT t.enrolment_id, l.contact_id, l.enrolment_id = l.contact_id AS is_first, t.number, t.touch, t.channel,
         nullif(t.variant, '') AS variant, t.send_at, t.left_on IS NOT NULL AS left, a.told_touch,
         substr(t.send_at, 1, 10) <= (SELECT as_of FROM params) AS due,
         CASE WHEN a.stopped_at IS NULL THEN 1 ELSE strftime('%Y-%m-%dT%H:%M:%SZ', t.send_at) <= a.stopped_at END AS in_time,
         a.reply IS NOT NULL AS has_reply, coalesce(t.touch = substr(a.reply, 22), 0) AS answered,
         CASE WHEN a.reply IS NULL THEN 1 ELSE strftime('%Y-%m-%dT%H:%M:%SZ', t.send_at) <= substr(a.reply, 1, 20) END AS silent,
         a.done IS NOT NULL AND instr(a.done, '|' || t.touch || '|') > 0 AS done,
         a.skipped IS NOT NULL AND instr(a.skipped, '|' || t.touch || '|') > 0 AS skipped
  FROM touches t CROSS JOIN leads l ON l.enrolment_id = t.enrolment_id LEFT JOIN answers a ON a.enrolment_id = t.enrolment_id)
