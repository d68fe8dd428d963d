-- title: Mails that bounced, a row an enrolment
-- means: A mail bounces once, however many reports come of it.
SELECT enrolment_id, count(DISTINCT CASE WHEN bounce_type = 'hard' THEN coalesce(touch, '') END) AS hard,
       count(DISTINCT CASE WHEN coalesce(bounce_type, 'soft') <> 'hard' THEN coalesce(touch, '') END) AS soft
FROM events WHERE class = 'bounce' AND enrolment_id IS NOT NULL AND at < (SELECT until FROM params) GROUP BY enrolment_id
