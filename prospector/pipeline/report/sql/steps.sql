-- title: Touches, a row each
-- means: A mail went out when it was handed over, its day has come, and nobody had answered, opted out or hard-bounced before it; what an answer is to went out in any case. Where a tool tells which mails it sent, those up to the last one that it told of went out, and no others. A call, a LinkedIn touch or another task went out when somebody or its tool said that it was done, and not because its day has come: until then it is `waiting`, unless it was left out on purpose or came to nothing because of an answer. `credit` is 2 for the touch that a reply answers, 1 for one before the reply, 0 for a later one.
SELECT t.enrolment_id, l.contact_id, l.enrolment_id = l.contact_id AS is_first, t.number, t.touch, t.channel,
       nullif(t.variant, '') AS variant, t.send_at, t.send_at >= (SELECT open_since FROM params) AS recent,
       CASE WHEN a.skipped IS NULL THEN 0
            ELSE instr(a.skipped, '|' || t.touch || '|') > 0 AND instr(coalesce(a.done, ''), '|' || t.touch || '|') = 0 END AS skipped,
       CASE WHEN t.touch = substr(a.reply, 22) THEN 1
            WHEN t.channel <> 'email' THEN instr(coalesce(a.done, ''), '|' || t.touch || '|') > 0
            WHEN t.left_on IS NULL THEN 0
            WHEN o.touch IS NOT NULL THEN t.touch <= o.touch
            WHEN substr(t.send_at, 1, 10) > (SELECT as_of FROM params) THEN 0
            WHEN a.stopped_at IS NULL THEN 1
            ELSE strftime('%Y-%m-%dT%H:%M:%SZ', t.send_at) <= a.stopped_at END AS went,
       CASE WHEN t.channel = 'email' OR t.touch = substr(a.reply, 22) OR substr(t.send_at, 1, 10) > (SELECT as_of FROM params) THEN 0
            WHEN instr(coalesce(a.done, '') || coalesce(a.skipped, ''), '|' || t.touch || '|') > 0 THEN 0
            WHEN a.stopped_at IS NULL THEN 1
            ELSE strftime('%Y-%m-%dT%H:%M:%SZ', t.send_at) <= a.stopped_at END AS waiting,
       CASE WHEN a.reply IS NULL OR t.touch = substr(a.reply, 22) THEN 1
            ELSE strftime('%Y-%m-%dT%H:%M:%SZ', t.send_at) <= substr(a.reply, 1, 20) END AS silent,
       CASE WHEN a.reply IS NULL THEN NULL WHEN t.touch = substr(a.reply, 22) THEN 2
            ELSE strftime('%Y-%m-%dT%H:%M:%SZ', t.send_at) <= substr(a.reply, 1, 20) END AS credit
FROM touches t CROSS JOIN leads l ON l.enrolment_id = t.enrolment_id LEFT JOIN answers a ON a.enrolment_id = t.enrolment_id
LEFT JOIN told o ON o.enrolment_id = t.enrolment_id
