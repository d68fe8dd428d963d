-- title: Touches, a row each
-- means: A touch went out when it was handed over, its day has come, nobody had answered, opted out or hard-bounced before it, and it was not skipped. Where a tool tells which mails it sent, those up to the last one that it told of went out, and no others. `credit` is 2 for the touch that a reply answers, 1 for one before the reply, 0 for a later one.
SELECT t.enrolment_id, l.contact_id, l.enrolment_id = l.contact_id AS is_first, t.number, t.touch, t.channel,
       nullif(t.variant, '') AS variant, t.send_at, k.touch IS NOT NULL AS skipped,
       CASE WHEN t.left_on IS NULL OR k.touch IS NOT NULL THEN 0
            WHEN t.channel = 'email' AND a.told_touch IS NOT NULL THEN t.touch <= a.told_touch
            WHEN substr(t.send_at, 1, 10) > (SELECT as_of FROM params) THEN 0
            WHEN a.stopped_at IS NULL THEN 1
            ELSE strftime('%Y-%m-%dT%H:%M:%SZ', t.send_at) <= a.stopped_at END AS went,
       CASE WHEN a.reply IS NULL THEN 1 ELSE strftime('%Y-%m-%dT%H:%M:%SZ', t.send_at) <= substr(a.reply, 1, 20) END AS silent,
       CASE WHEN a.reply IS NULL THEN NULL WHEN t.touch = substr(a.reply, 22) THEN 2
            ELSE strftime('%Y-%m-%dT%H:%M:%SZ', t.send_at) <= substr(a.reply, 1, 20) END AS credit
FROM touches t
CROSS JOIN leads l ON l.enrolment_id = t.enrolment_id
LEFT JOIN answers a ON a.enrolment_id = t.enrolment_id
LEFT JOIN skipped k ON k.enrolment_id = t.enrolment_id AND k.touch = t.touch
