-- title: Contacts, a row each, with what became of them
-- means: `contacted`: a first touch left and did not hard-bounce. `closed`: the window of days after the last touch, as it was planned, is over; until then the answer is open, not none. A reply counts inside the window.
WITH one AS (
  SELECT l.contact_id, l.who, l.person_id, coalesce(t.got, 0) > 0 AS started, t.first_at, t.last_at, coalesce(t.got, 0) AS got,
         coalesce(t.mails, 0) AS mails, substr(a.reply, 1, 20) AS reply_at, t.reply_number, a.interested_at,
         a.automatic_at IS NOT NULL AS automatic,
         coalesce(t.first_number = t.first_mail_number AND a.hard IS NOT NULL
                  AND substr(a.hard, 22) IN ('', t.first_mail), 0) AS first_bounced,
         a.hard IS NOT NULL AS bounced, coalesce(b.hard, 0) AS hard_bounces, coalesce(b.soft, 0) AS soft_bounces,
         a.unsubscribe IS NOT NULL AS unsubscribed, a.complained_at IS NOT NULL AS complained,
         a.booked_at IS NOT NULL AS booked, a.held_at IS NOT NULL AS held
  FROM leads l LEFT JOIN trails t ON t.enrolment_id = l.enrolment_id LEFT JOIN answers a ON a.enrolment_id = l.enrolment_id
  LEFT JOIN bounces b ON b.enrolment_id = l.enrolment_id)
SELECT g.*, g.started = 1 AND g.first_bounced = 0 AS contacted,
       g.started = 1 AND g.first_bounced = 0 AND substr(g.last_at, 1, 10) <= (SELECT closed_until FROM params) AS closed,
       g.started = 1 AND g.reply_at IS NOT NULL AND g.reply_at <= g.ends_at AS replied,
       coalesce(g.started = 1 AND g.reply_at > g.ends_at, 0) AS replied_late,
       g.started = 1 AND g.reply_at IS NOT NULL AND g.reply_at <= g.ends_at AND g.interested_at IS NOT NULL AS positive
FROM (
  SELECT m.*, CASE WHEN m.reply_at IS NOT NULL THEN strftime('%Y-%m-%dT%H:%M:%SZ', m.last_at,
                (SELECT '+' || window_days || ' days' FROM params)) END AS ends_at
  FROM (
    SELECT contact_id, who, person_id, started, first_at, last_at, got, mails, reply_at, reply_number, interested_at, automatic,
           first_bounced, bounced, hard_bounces, soft_bounces, unsubscribed, complained, booked, held
    FROM one WHERE contact_id NOT IN (SELECT contact_id FROM again)
    UNION ALL
    SELECT contact_id, min(who), max(person_id), max(started), min(first_at), max(last_at), sum(got), sum(mails), min(reply_at),
           min(reply_number), min(interested_at), max(automatic), min(first_bounced), max(bounced), sum(hard_bounces),
           sum(soft_bounces), max(unsubscribed), max(complained), max(booked), max(held)
    FROM one WHERE contact_id IN (SELECT contact_id FROM again) GROUP BY contact_id) m) g
