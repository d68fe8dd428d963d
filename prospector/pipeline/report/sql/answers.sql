-- title: What came back, a row an enrolment
-- means: The first of each kind of answer. Automatic replies are none, and a mail bounces once. A moment and its touch are held as one text, the moment first.
SELECT v.enrolment_id,
       min(CASE WHEN v.class = 'reply' THEN v.at || ' ' || coalesce(v.touch, '') END) AS reply,
       min(CASE WHEN v.class = 'reply' AND v.intent = 'interested' OR v.class = 'status' AND v.intent = 'interested'
                THEN v.at END) AS interested_at,
       min(CASE WHEN v.class = 'auto_reply' THEN v.at END) AS automatic_at,
       min(CASE WHEN v.class = 'bounce' AND v.bounce_type = 'hard' THEN v.at || ' ' || coalesce(v.touch, '') END) AS hard,
       count(DISTINCT CASE WHEN v.class = 'bounce' AND v.bounce_type = 'hard' THEN coalesce(v.touch, '') END) AS hard_bounces,
       count(DISTINCT CASE WHEN v.class = 'bounce' AND coalesce(v.bounce_type, 'soft') <> 'hard'
                           THEN coalesce(v.touch, '') END) AS soft_bounces,
       sum(CASE WHEN v.class = 'reply' THEN 1 ELSE 0 END) AS replies,
       min(CASE WHEN v.class = 'unsubscribe' OR v.class = 'reply' AND v.intent = 'unsubscribe'
                THEN v.at || ' ' || coalesce(v.touch, '') END) AS unsubscribe,
       min(CASE WHEN v.class = 'complaint' THEN v.at END) AS complained_at,
       min(CASE WHEN v.class IN ('meeting_booked', 'meeting_held') THEN v.at END) AS booked_at,
       min(CASE WHEN v.class = 'meeting_held' THEN v.at END) AS held_at,
       max(CASE WHEN v.class = 'sent' AND coalesce(v.channel, 'email') = 'email' THEN v.touch END) AS told_touch,
       min(CASE WHEN v.class IN ('reply', 'unsubscribe', 'complaint', 'meeting_booked', 'meeting_held', 'talk')
                  OR v.class = 'bounce' AND v.bounce_type = 'hard' THEN v.at END) AS stopped_at
FROM events v
WHERE v.enrolment_id IS NOT NULL AND v.at < (SELECT until FROM params)
GROUP BY v.enrolment_id
