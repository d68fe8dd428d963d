-- title: How far each enrolment went
-- means: The first and the last touch, and the one to which the reply is credited: the one that it answers, else the last one before it.
SELECT s.enrolment_id,
       min(CASE WHEN s.went THEN s.out_at END) AS first_at, max(s.out_at) AS last_at,
       min(CASE WHEN s.went THEN s.number END) AS first_number, sum(s.went) AS got,
       sum(CASE WHEN s.went AND s.channel = 'email' THEN 1 ELSE 0 END) AS mails,
       min(CASE WHEN s.went AND s.channel = 'email' THEN s.touch END) AS first_mail,
       coalesce(max(CASE WHEN s.went AND s.touch = substr(a.reply, 22) THEN s.number END),
                max(CASE WHEN s.went AND s.out_at <= substr(a.reply, 1, 20) THEN s.number END),
                min(CASE WHEN s.went AND a.reply IS NOT NULL THEN s.number END)) AS reply_number
FROM steps s LEFT JOIN answers a ON a.enrolment_id = s.enrolment_id
GROUP BY s.enrolment_id
