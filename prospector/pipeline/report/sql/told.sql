-- title: Mails that a tool told of, a row an enrolment
-- means: The last mail of which the tool says that it was sent.
SELECT v.enrolment_id, max(v.touch) AS touch FROM events v
WHERE +v.class = 'sent' AND v.enrolment_id IS NOT NULL AND v.touch IS NOT NULL AND coalesce(v.channel, 'email') = 'email'
  AND v.at < (SELECT until FROM params)
GROUP BY v.enrolment_id
