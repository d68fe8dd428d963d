-- title: Stages that people were in
-- means: A row for each stay: from when to when, and which stage came next. Moves after the day of the report do not count.
SELECT n.*, lead(n.at) OVER (PARTITION BY n.who ORDER BY n.at, n.id) AS next_at,
       lead(n.stage) OVER (PARTITION BY n.who ORDER BY n.at, n.id) AS next_stage
FROM (SELECT m.id, coalesce(m.person_id, -m.forgotten, -1000000000 - m.id) AS who, m.stage, m.at, o.position, o.kind,
             f.position AS from_position, CASE WHEN s.warm = 1 THEN 'warm' ELSE 'cold' END AS warmth
      FROM stage_moves m LEFT JOIN stage_order o ON o.stage = m.stage LEFT JOIN stage_order f ON f.stage = m.came_from
      LEFT JOIN stages s ON s.person_id = m.person_id
      WHERE substr(m.at, 1, 10) <= (SELECT as_of FROM params)) n
