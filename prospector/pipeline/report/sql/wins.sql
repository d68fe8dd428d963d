-- title: Win rate
-- means: By the day on which a deal was closed, and as a cohort by the month in which it was opened, where open ones are no losses. `strict` also counts as not won what is open beyond its close date, or for more than twice the median time to a win. In value: the same of amounts.
-- formula: won / (won + lost); strict: won / (won + lost + overdue + old)
-- source: the strict form is Zoho Motivator's
-- rates: won, decided; won_amount, decided_amount as value_rate plain
WITH typical AS (
  SELECT avg(days) AS days FROM (SELECT julianday(closed_on) - julianday(opened_on) AS days,
    row_number() OVER (ORDER BY julianday(closed_on) - julianday(opened_on), deal_id) AS place, count(*) OVER () AS n
    FROM deals_then WHERE state = 'won' AND closed_on IS NOT NULL) WHERE place IN ((n + 1) / 2, (n + 2) / 2)),
judged AS (
  SELECT d.*, state = 'open' AND (coalesce(close_on < p.as_of, 0)
           OR coalesce(julianday(p.as_of) - julianday(opened_on) > 2 * (SELECT days FROM typical), 0)) AS late
  FROM deals_then d CROSS JOIN params p)
SELECT 'closed' AS way, 'all' AS name, currency, sum(state = 'won') AS won, sum(state <> 'open') AS decided, sum(state = 'open') AS open,
       sum(CASE WHEN state = 'won' THEN amount ELSE 0 END) AS won_amount,
       sum(CASE WHEN state <> 'open' THEN amount ELSE 0 END) AS decided_amount FROM judged GROUP BY currency
UNION ALL
SELECT 'strict', 'all', currency, sum(state = 'won'), sum(state <> 'open' OR late), sum(state = 'open' AND NOT late),
       sum(CASE WHEN state = 'won' THEN amount ELSE 0 END), sum(CASE WHEN state <> 'open' OR late THEN amount ELSE 0 END)
FROM judged GROUP BY currency
UNION ALL
SELECT 'closed', substr(closed_on, 1, 7), currency, sum(state = 'won'), count(*), 0,
       sum(CASE WHEN state = 'won' THEN amount ELSE 0 END), sum(amount)
FROM judged WHERE state <> 'open' AND closed_on IS NOT NULL GROUP BY currency, substr(closed_on, 1, 7)
UNION ALL
SELECT 'opened', substr(opened_on, 1, 7), currency, sum(state = 'won'), sum(state <> 'open'), sum(state = 'open'),
       sum(CASE WHEN state = 'won' THEN amount ELSE 0 END), sum(CASE WHEN state <> 'open' THEN amount ELSE 0 END)
FROM judged GROUP BY currency, substr(opened_on, 1, 7)
ORDER BY 1, 2, 3
