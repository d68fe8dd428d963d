-- title: Touches
-- means: How many got each touch of a sequence while they were still silent, how many answered it, and where people are lost. `open`: got it less than the window ago and have not answered yet; while there are such, the hazard is a lower bound. `waiting`: a call, a LinkedIn touch or a task of which nobody has said that it was done or left out; it does not count as got, and where there are more of them than were made, the report shows counts alone. `value`: amounts of the deals of those who answered it.
-- formula: hazard = replies credited to the touch / people who got it and were still silent; cumulative = people who had replied by it / people who got a first touch
-- source: discrete-time survival, as in every textbook of event history
-- rates: replied, got as hazard; replied_by, started as cumulative
WITH counted AS (
  SELECT l.sequence, s.number, s.touch, min(s.channel) AS channel, sum(s.went AND s.silent) AS got,
         sum(s.went AND s.silent AND s.recent) AS recent, sum(s.skipped) AS skipped, sum(s.waiting) AS waiting
  FROM steps s CROSS JOIN leads l ON l.enrolment_id = s.contact_id
  WHERE s.is_first GROUP BY s.number, s.touch, l.sequence),
answered AS (
  SELECT l.sequence, s.number, s.touch, count(*) AS replied, sum(s.went AND s.silent AND s.recent) AS recent,
         sum(w.amount) AS value
  FROM steps s CROSS JOIN contacts c ON c.contact_id = s.contact_id CROSS JOIN leads l ON l.enrolment_id = s.contact_id
  LEFT JOIN worth w ON w.who = c.who
  WHERE s.is_first AND c.replied AND c.reply_number = s.number GROUP BY l.sequence, s.number, s.touch),
lost AS (
  SELECT l.sequence, r.touch, sum(r.bounced) AS bounced, sum(r.unsubscribed) AS unsubscribed
  FROM returns r JOIN leads l ON l.enrolment_id = r.contact_id GROUP BY l.sequence, r.touch),
begun AS (SELECT sequence, sum(started) AS started FROM tally GROUP BY sequence)
SELECT k.sequence, k.number, k.touch, k.channel, k.got, coalesce(a.replied, 0) AS replied, k.recent - coalesce(a.recent, 0) AS open, k.skipped, k.waiting,
       coalesce(l.bounced, 0) AS bounced, coalesce(l.unsubscribed, 0) AS unsubscribed, coalesce(a.value, 0) AS value,
       coalesce(sum(a.replied) OVER (PARTITION BY k.sequence ORDER BY k.number, k.touch), 0) AS replied_by, b.started
FROM counted k JOIN begun b ON b.sequence = k.sequence
LEFT JOIN answered a ON a.sequence = k.sequence AND a.number = k.number AND a.touch = k.touch
LEFT JOIN lost l ON l.sequence = k.sequence AND l.touch = k.touch
ORDER BY k.sequence, k.number, k.touch
