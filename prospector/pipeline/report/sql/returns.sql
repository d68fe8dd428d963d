-- title: Hard bounces and opt-outs by touch
-- means: A row for each enrolment and touch that one is told of.
SELECT l.contact_id, v.touch, max(v.class = 'bounce') AS bounced, max(v.class <> 'bounce') AS unsubscribed
FROM events v JOIN leads l ON l.enrolment_id = v.enrolment_id
WHERE (v.class = 'bounce' AND v.bounce_type = 'hard' OR v.class IN ('unsubscribe', 'complaint')
       OR v.class = 'reply' AND v.intent = 'unsubscribe') AND v.at < (SELECT until FROM params)
GROUP BY l.contact_id, v.touch
