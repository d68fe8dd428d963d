-- title: Spans that were read, those that touch made one
-- means: Islands of time in which a mailbox or a tool was read without a gap.
SELECT source, min(from_at) AS from_at, max(to_at) AS to_at FROM (
  SELECT m.*, sum(begins) OVER (PARTITION BY source ORDER BY from_at, id) AS island FROM (
    SELECT s.id, s.source, s.from_at, s.to_at,
           CASE WHEN s.from_at <= max(s.to_at) OVER (PARTITION BY s.source ORDER BY s.from_at, s.id
             ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) THEN 0 ELSE 1 END AS begins
    FROM spans_read s) m) GROUP BY source, island
