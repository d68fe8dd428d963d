-- title: Deals
-- means: Open, won and lost, in number and in value, by currency: amounts of two currencies are never added. `moved`: open deals whose close date was moved, `moved_3` three times or more, which makes a date a wish. `overdue`: open ones whose close date has passed.
-- formula: average won = amount won / deals won
-- source: a close date that moved three times is fiction (hubhorizon.io)
SELECT currency, sum(state = 'open') AS open, sum(CASE WHEN state = 'open' THEN amount ELSE 0 END) AS open_amount,
       sum(state = 'won') AS won, sum(CASE WHEN state = 'won' THEN amount ELSE 0 END) AS won_amount,
       sum(state = 'lost') AS lost, sum(CASE WHEN state = 'lost' THEN amount ELSE 0 END) AS lost_amount,
       avg(CASE WHEN state = 'won' THEN amount END) AS average_won, avg(CASE WHEN state = 'open' THEN amount END) AS average_open,
       sum(state = 'open' AND close_moves > 0) AS moved, sum(state = 'open' AND close_moves >= 3) AS moved_3,
       coalesce(sum(state = 'open' AND close_on < (SELECT as_of FROM params)), 0) AS overdue,
       sum(state = 'open' AND coalesce(next_step, '') = '') AS without_next_step
FROM deals_then GROUP BY currency ORDER BY currency
