-- title: The same log by other tools' definitions
-- means: What a tool would print of the same people and mails.
-- formula: instantly: people who replied / mails delivered, and interested / replied; instantly app and smartlead: replies, automatic ones too / leads mailed; reply: replies without automatic ones / people who neither bounced nor have an automatic reply; mixmax and lemlist: mails replied to / mails delivered, bounces / sent, meetings / delivered; interseller: people who replied / people enrolled
-- source: help pages of the tools, read in November 2026: instantly.ai/blog/calculate-cold-email-reply-rate-metrics-pipeline; support.reply.io 978058; success.mixmax.com 491; help.interseller.io 2715468; users' reports for the apps of Instantly and Smartlead
-- rates: numerator, denominator
WITH s AS (SELECT count(*) AS enrolled, sum(started) AS mailed, sum(mails) AS mails, sum(hard_bounces) AS hard,
                  sum(started AND reply_at IS NOT NULL) AS replied, sum(started AND (reply_at IS NOT NULL OR automatic)) AS any_reply,
                  sum(started AND interested_at IS NOT NULL AND reply_at IS NOT NULL) AS positive, sum(started AND booked) AS booked,
                  sum(started AND NOT bounced AND NOT (automatic AND reply_at IS NULL)) AS reached FROM contacts)
SELECT 'instantly' AS tool, 'reply' AS rate, replied AS numerator, mails - hard AS denominator FROM s
UNION ALL SELECT 'instantly', 'positive share', positive, replied FROM s
UNION ALL SELECT 'instantly', 'reply, as the app counts', any_reply, mailed FROM s
UNION ALL SELECT 'smartlead', 'reply', any_reply, mailed FROM s
UNION ALL SELECT 'reply', 'reply', replied, reached FROM s
UNION ALL SELECT 'mixmax', 'reply', replied, mails - hard FROM s
UNION ALL SELECT 'mixmax', 'bounce', hard, mails FROM s
UNION ALL SELECT 'lemlist', 'reply', replied, mails - hard FROM s
UNION ALL SELECT 'lemlist', 'bounce', hard, mails FROM s
UNION ALL SELECT 'lemlist', 'meeting', booked, mails - hard FROM s
UNION ALL SELECT 'interseller', 'reply', replied, enrolled FROM s
ORDER BY 1, 2
