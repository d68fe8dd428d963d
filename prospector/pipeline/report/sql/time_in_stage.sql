-- title: Time in stage
-- means: The median of days that people stay in a stage, all stays counted; those that are not over are not left out, which would flatter, but count as long as they have lasted (Kaplan-Meier). NULL where fewer than half have left.
-- formula: S(t) = product over days d up to t of (1 - stays that ended at d / stays that lasted d or longer); median = the first t with S(t) <= 1/2
-- source: Kaplan and Meier 1958
WITH stays AS (
  SELECT stage, position, CAST(julianday(substr(coalesce(next_at, (SELECT as_of FROM params)), 1, 10))
                               - julianday(substr(at, 1, 10)) AS INTEGER) AS days, next_at IS NOT NULL AS ended
  FROM moves WHERE coalesce(kind, 'open') = 'open'),
per_day AS (SELECT stage, position, days, sum(ended) AS ends, count(*) AS stays FROM stays GROUP BY 1, 2, 3),
at_risk AS (SELECT d.*, sum(stays) OVER (PARTITION BY stage ORDER BY days DESC) AS lasted FROM per_day d),
curve AS (SELECT r.*, exp(sum(CASE WHEN ends = lasted THEN -1e9 ELSE ln(1.0 - 1.0 * ends / lasted) END)
                          OVER (PARTITION BY stage ORDER BY days)) AS remaining FROM at_risk r)
SELECT stage, sum(stays) AS stays, sum(stays) - sum(ends) AS open,
       min(CASE WHEN remaining <= 0.5 + 1e-9 THEN days END) AS median_days
FROM curve GROUP BY stage, position ORDER BY position, stage
