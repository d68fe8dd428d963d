-- title: What came back, a row an enrolment
-- means: The first of each kind of answer. Automatic replies are none. A moment and its touch are held as one text, the moment first. `done` and `skipped` name the touches of which somebody said so.
SELECT v.enrolment_id,
       min(CASE WHEN v.class = 'reply' THEN v.at || ' ' || coalesce(v.touch, '') END) AS reply,
       min(CASE WHEN v.class = 'reply' AND v.intent = 'interested' OR v.class = 'status' AND v.intent = 'interested'
                THEN v.at END) AS interested_at,
       min(CASE WHEN v.class = 'auto_reply' THEN v.at END) AS automatic_at,
       min(CASE WHEN v.class = 'bounce' AND v.bounce_type = 'hard' THEN v.at || ' ' || coalesce(v.touch, '') END) AS hard,
       min(CASE WHEN v.class = 'unsubscribe' OR v.class = 'reply' AND v.intent = 'unsubscribe'
                THEN v.at || ' ' || coalesce(v.touch, '') END) AS unsubscribe,
       min(CASE WHEN v.class = 'complaint' THEN v.at END) AS complained_at,
       min(CASE WHEN v.class IN ('meeting_booked', 'meeting_held') THEN v.at END) AS booked_at,
       min(CASE WHEN v.class = 'meeting_held' THEN v.at END) AS held_at,
       group_concat(CASE WHEN v.class IN ('task_done', 'call', 'talk', 'linkedin')
                           OR v.class = 'sent' AND coalesce(v.channel, '') <> 'email' THEN '|' || v.touch || '|' END, '') AS done,
       group_concat(CASE WHEN v.class = 'task_skipped' THEN '|' || v.touch || '|' END, '') AS skipped,
       min(CASE WHEN v.class IN ('reply', 'unsubscribe', 'complaint', 'meeting_booked', 'meeting_held', 'talk')
                  OR v.class = 'bounce' AND v.bounce_type = 'hard' THEN v.at END) AS stopped_at
FROM events v
WHERE v.enrolment_id IS NOT NULL AND v.at < (SELECT until FROM params) AND (v.class <> 'sent' OR coalesce(v.channel, '') <> 'email')
  AND v.class NOT IN ('opened', 'clicked', 'other')
GROUP BY v.enrolment_id
