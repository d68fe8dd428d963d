-- title: Touches, a row each
-- means: A touch went out when it was handed over, its time has come, nobody had answered, opted out or hard-bounced before it, and it was not skipped. Where a tool tells which mails it sent, those up to the last one that it told of went out, and no others.
SELECT t.enrolment_id, l.contact_id, l.enrolment_id = l.contact_id AS is_first, t.number, t.touch, t.channel,
       nullif(t.variant, '') AS variant, t.out_at, k.touch IS NOT NULL AS skipped,
       CASE WHEN t.left_on IS NULL OR k.touch IS NOT NULL THEN 0
            WHEN t.channel = 'email' AND a.told_touch IS NOT NULL THEN t.touch <= a.told_touch
            ELSE t.out_at < (SELECT until FROM params) AND (a.stopped_at IS NULL OR t.out_at <= a.stopped_at) END AS went,
       a.reply IS NULL OR substr(a.reply, 1, 20) >= t.out_at AS silent
FROM (SELECT enrolment_id, number, touch, channel, variant, left_on,
             coalesce(strftime('%Y-%m-%dT%H:%M:%SZ', send_at), send_at) AS out_at FROM touches) t
JOIN leads l ON l.enrolment_id = t.enrolment_id
LEFT JOIN answers a ON a.enrolment_id = t.enrolment_id
LEFT JOIN skipped k ON k.enrolment_id = t.enrolment_id AND k.touch = t.touch
