-- title: Which stages people touched
-- means: `furthest` is the last open or won stage in the order that they ever touched, `strict` whether they touched all before it, too.
SELECT e.*, max(CASE WHEN e.kind <> 'lost' THEN e.position END) OVER (PARTITION BY e.who) AS furthest,
       e.kind <> 'lost' AND count(*) OVER (PARTITION BY e.who, e.kind = 'lost' ORDER BY e.position) = e.position AS strict
FROM (SELECT who, stage, position, kind, min(warmth) AS warmth, sum(coalesce(from_position > position, 0)) AS returned,
             max(next_at IS NULL) AS is_here FROM moves WHERE position IS NOT NULL GROUP BY who, stage, position, kind) e
