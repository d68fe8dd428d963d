-- title: Variants
-- means: The same for each variant of a touch that has several. A winner is named only when every variant has the number of people that the sequence fixes (`winner_at`), and from the first so many alone, so that looking every day names nobody by chance. `tried` are those first ones, `tried_replied` their replies.
-- formula: rate = replies credited to the touch / people who got this variant and were still silent; winner: two shares differ by a two-sided test at 5 %, corrected for the number of variants
-- source: sizes by the usual formula for two shares, 5 % error and 80 % power: 654 people each to see 3.4 % double
-- rates: replied, people as rate
WITH shown AS (
  SELECT l.campaign, s.touch, s.variant, coalesce(c.replied AND c.reply_number = s.number, 0) AS replied,
         NOT s.recent AS over, s.send_at, s.contact_id
  FROM steps s CROSS JOIN contacts c ON c.contact_id = s.contact_id CROSS JOIN leads l ON l.enrolment_id = s.contact_id
  WHERE s.is_first AND s.variant IS NOT NULL AND s.went AND s.silent),
ranked AS (
  SELECT n.*, CASE WHEN over THEN row_number() OVER (PARTITION BY campaign, touch, variant, over
                                                     ORDER BY send_at, contact_id) END AS place FROM shown n)
SELECT r.campaign, r.touch, r.variant, count(*) AS people, sum(r.replied) AS replied, sum(NOT r.over AND NOT r.replied) AS open,
       coalesce(sum(r.place <= m.winner_at), 0) AS tried,
       coalesce(sum(CASE WHEN r.place <= m.winner_at THEN r.replied END), 0) AS tried_replied, m.winner_at
FROM ranked r JOIN (SELECT n.campaign, n.touch, max(coalesce(c.winner_at, p.winner_at)) AS winner_at
                    FROM shown n CROSS JOIN params p LEFT JOIN campaign_settings c ON c.campaign = n.campaign
                    GROUP BY 1, 2 HAVING count(DISTINCT n.variant) > 1) m ON m.campaign = r.campaign AND m.touch = r.touch
GROUP BY r.campaign, r.touch, r.variant ORDER BY r.campaign, r.touch, r.variant
