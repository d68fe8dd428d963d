-- title: Mails that bounced, a row an enrolment
-- means: A mail bounces once, however many reports come of it, and whichever of them names the touch.
SELECT enrolment_id, max(count(DISTINCT CASE WHEN bounce_type = 'hard' THEN touch END), max(coalesce(bounce_type, '') = 'hard')) AS hard,
       max(count(DISTINCT CASE WHEN coalesce(bounce_type, 'soft') <> 'hard' THEN touch END), max(coalesce(bounce_type, 'soft') <> 'hard'))
         AS soft
FROM events WHERE class = 'bounce' AND enrolment_id IS NOT NULL AND at < (SELECT until FROM params) GROUP BY enrolment_id
