-- title: Stages
-- means: How many people touched each stage (`entered`), how many of them touched a later one at any time (`went_on`), are still there (`open`), or are neither (`dropped`: lost, or moved back). `strict` counts those alone who touched every stage before it. `skipped`: reached a later stage without this one; `returned`: moves back into it. In value: amounts of the deals of these people.
-- formula: entered = went on + open + dropped; conversion = went on / entered; strict conversion = touched this and all before and the next / touched this and all before
-- source: both ways of counting are in print (watermarkinsights); Bitrix24 fills skipped stages in, others drop them: here they are counted
-- rates: went_on, entered as conversion; strict_next, strict as strict_conversion
WITH ends AS MATERIALIZED (SELECT furthest, warmth, count(*) AS people FROM entered WHERE position = furthest GROUP BY 1, 2)
SELECT g.grouped_by, o.position, o.stage, o.kind, count(e.who) AS entered,
       coalesce(sum(e.furthest > e.position), 0) AS went_on,
       coalesce(sum(e.is_here AND NOT coalesce(e.furthest > e.position, 0)), 0) AS open,
       coalesce(sum(NOT e.is_here AND NOT coalesce(e.furthest > e.position, 0)), 0) AS dropped,
       coalesce(sum(e.strict), 0) AS strict, coalesce(sum(e.strict AND n.strict), 0) AS strict_next,
       (SELECT coalesce(sum(k.people), 0) FROM ends k WHERE k.furthest > o.position AND g.grouped_by IN ('all', k.warmth))
         - coalesce(sum(e.furthest > e.position), 0) AS skipped,
       coalesce(sum(e.returned), 0) AS returned, coalesce(sum(w.amount), 0) AS value,
       coalesce(sum(CASE WHEN e.furthest > e.position THEN w.amount END), 0) AS value_went_on,
       coalesce(sum(CASE WHEN e.is_here AND NOT coalesce(e.furthest > e.position, 0) THEN w.amount END), 0) AS value_open
FROM stage_order o CROSS JOIN (SELECT 'all' AS grouped_by UNION ALL SELECT 'warm' UNION ALL SELECT 'cold') g
LEFT JOIN entered e ON e.position = o.position AND e.kind = o.kind AND g.grouped_by IN ('all', e.warmth)
LEFT JOIN entered n ON n.who = e.who AND n.position = e.position + 1 AND n.kind <> 'lost' AND e.kind <> 'lost'
LEFT JOIN worth w ON w.who = e.who
GROUP BY g.grouped_by, o.position, o.stage, o.kind ORDER BY g.grouped_by, o.position
