-- title: Goals
-- means: What an owner is to reach in a month, and what there is of it since the month began: things that happened to their people, by class, or people who came to a stage.
-- formula: reached = events of the class, or moves into the stage, of the owner's people from the first of the month to the day of the report
-- source: goals of pipeline.yaml
SELECT g.owner, g.goal, g.wanted,
       (SELECT count(*) FROM events v JOIN stages s ON s.person_id = v.person_id WHERE s.owner = g.owner AND v.class = g.goal
        AND v.at >= p.month_from AND v.at < p.until)
       + (SELECT count(*) FROM moves m JOIN stages s ON s.person_id = m.who WHERE s.owner = g.owner AND m.stage = g.goal
          AND m.at >= substr(p.month_from, 1, 10)) AS reached
FROM goal_settings g CROSS JOIN params p ORDER BY g.owner, g.goal
