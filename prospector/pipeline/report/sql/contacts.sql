-- title: Contacts, a row each, with what became of them
-- means: `contacted`: a first touch left and did not hard-bounce. `closed`: the window of days after the last touch, as it was planned, is over; until then the answer is open, not none. A reply counts inside the window.
SELECT g.*, g.started = 1 AND g.first_bounced = 0 AS contacted,
       g.started = 1 AND g.first_bounced = 0 AND g.ends_at < (SELECT until FROM params) AS closed,
       g.started = 1 AND g.reply_at IS NOT NULL AND g.reply_at <= g.ends_at AS replied,
       coalesce(g.started = 1 AND g.reply_at > g.ends_at, 0) AS replied_late,
       g.started = 1 AND g.reply_at IS NOT NULL AND g.reply_at <= g.ends_at AND g.interested_at IS NOT NULL AS positive
FROM (
  SELECT l.contact_id, min(l.who) AS who, max(l.person_id) AS person_id, min(l.campaign) AS campaign,
         min(l.segment) AS segment, min(l.sequence) AS sequence, min(l.source) AS source, min(l.verdict) AS verdict,
         min(l.verdict_age) AS verdict_age, min(l.owner) AS owner, min(l.warmth) AS warmth,
         max(CASE WHEN t.got > 0 THEN 1 ELSE 0 END) AS started, min(t.first_at) AS first_at,
         strftime('%Y-%m-%dT%H:%M:%SZ', max(t.last_at), (SELECT '+' || window_days || ' days' FROM params)) AS ends_at,
         sum(coalesce(t.got, 0)) AS got, sum(coalesce(t.mails, 0)) AS mails,
         min(substr(a.reply, 1, 20)) AS reply_at, min(t.reply_number) AS reply_number,
         min(a.interested_at) AS interested_at, max(a.automatic_at IS NOT NULL) AS automatic,
         min(coalesce(t.first_number = 1 AND t.first_mail IS NOT NULL AND a.hard IS NOT NULL
                      AND substr(a.hard, 22) IN ('', t.first_mail), 0)) AS first_bounced,
         max(a.hard IS NOT NULL) AS bounced, sum(coalesce(a.hard_bounces, 0)) AS hard_bounces,
         sum(coalesce(a.soft_bounces, 0)) AS soft_bounces, sum(coalesce(a.replies, 0)) AS replies,
         max(a.unsubscribe IS NOT NULL) AS unsubscribed, max(a.complained_at IS NOT NULL) AS complained,
         max(a.booked_at IS NOT NULL) AS booked, max(a.held_at IS NOT NULL) AS held
  FROM leads l
  LEFT JOIN trails t ON t.enrolment_id = l.enrolment_id
  LEFT JOIN answers a ON a.enrolment_id = l.enrolment_id
  GROUP BY l.contact_id) g
