-- title: What the deals of a person are worth
-- means: The sum of the amounts of a person's deals in the currency that most deals have; `won` of those that were won.
SELECT who, sum(amount) AS amount, sum(CASE WHEN state = 'won' THEN amount ELSE 0 END) AS won
FROM deals_then WHERE currency = (SELECT currency FROM params) GROUP BY who
