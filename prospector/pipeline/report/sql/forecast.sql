-- title: Forecast
-- means: What the open deals should bring, by the month in which they should close: by our own share of their stage, with its interval, beside the usual percentages.
-- formula: sum of amount x share of the stage; the interval is that of the shares. Deals without a date stand under (no date)
-- source: HubSpot's usual percentages stand in where pipeline.yaml has none
SELECT coalesce(substr(d.close_on, 1, 7), '(no date)') AS month, d.currency, coalesce(d.category, 'pipeline') AS category, d.stage,
       count(*) AS deals, sum(d.amount) AS amount, coalesce(o.probability, 0) AS usual,
       sum(d.amount) * coalesce(o.probability, 0) AS usual_amount
FROM deals_then d LEFT JOIN stage_order o ON o.stage = d.stage
WHERE d.state = 'open' GROUP BY 1, 2, 3, 4, o.probability ORDER BY 1, 2, 3, 4
