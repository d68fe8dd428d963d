-- title: Sales velocity
-- means: What the open deals bring in a day, with its parts. Without a deal that was won it cannot be told.
-- formula: open deals x win rate x average amount won / mean days from opened to won
-- source: Salesforce and HubSpot agree on open deals; some take closed ones, which counts the past twice
SELECT v.*, CASE WHEN won > 0 AND mean_days > 0 THEN open * (1.0 * won / (won + lost)) * average_won / mean_days END AS per_day
FROM (SELECT currency, sum(state = 'open') AS open, sum(state = 'won') AS won, sum(state = 'lost') AS lost,
             avg(CASE WHEN state = 'won' THEN amount END) AS average_won,
             avg(CASE WHEN state = 'won' THEN max(1, julianday(closed_on) - julianday(opened_on)) END) AS mean_days
      FROM deals_then GROUP BY currency) v ORDER BY currency
