-- title: Lost deals
-- means: Why deals were lost, how many, of what amount, and the median of days from opened to lost.
-- formula: median over the lost ones of this reason
-- source: Salesforce and frappe/crm users ask for it; the median because one old deal moves a mean
WITH lost AS (
  SELECT coalesce(nullif(lost_reason, ''), '(not said)') AS reason, currency, amount, julianday(closed_on) - julianday(opened_on) AS days
  FROM deals_then WHERE state = 'lost'),
both_ways AS (SELECT 'all' AS reason, currency, amount, days FROM lost UNION ALL SELECT reason, currency, amount, days FROM lost),
placed AS (SELECT b.*, row_number() OVER (PARTITION BY reason, currency ORDER BY days) AS place,
                  count(days) OVER (PARTITION BY reason, currency) AS n, count(*) OVER (PARTITION BY reason, currency) AS k FROM both_ways b)
SELECT reason, currency, count(*) AS lost, sum(amount) AS amount,
       avg(CASE WHEN days IS NOT NULL AND place - (k - n) IN ((n + 1) / 2, (n + 2) / 2) THEN days END) AS median_days
FROM placed GROUP BY reason, currency ORDER BY reason <> 'all', count(*) DESC, reason, currency
