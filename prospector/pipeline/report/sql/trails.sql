-- title: How far each enrolment went
-- means: The first and the last touch, and the one to which the reply is credited: the one that it answers, else the last one before it.
SELECT s.enrolment_id,
       min(CASE WHEN s.went THEN s.send_at END) AS first_at, max(s.send_at) AS last_at,
       min(CASE WHEN s.went THEN s.number END) AS first_number, sum(s.went) AS got,
       min(CASE WHEN s.went AND s.channel = 'email' THEN s.number END) AS first_mail_number,
       sum(s.went AND s.channel = 'email') AS mails,
       min(CASE WHEN s.went AND s.channel = 'email' THEN s.touch END) AS first_mail,
       coalesce(max(CASE WHEN s.credit = 2 AND s.went THEN s.number END), max(CASE WHEN s.credit = 1 AND s.went THEN s.number END),
                min(CASE WHEN s.credit = 0 AND s.went THEN s.number END)) AS reply_number
FROM steps s GROUP BY s.enrolment_id
