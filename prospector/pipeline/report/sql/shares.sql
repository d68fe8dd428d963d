-- title: From a stage to a win
-- means: Of the deals that are decided and were ever in a stage, how many were won: our own share, beside the percentage that tools give it.
-- formula: won / (won + lost) of the deals that touched the stage
-- source: ours; the usual percentages beside it are those of pipeline.yaml
-- rates: won, decided as share
SELECT o.stage, o.position, o.probability AS usual, coalesce(sum(d.state = 'won'), 0) AS won, count(d.deal_id) AS decided
FROM stage_order o
LEFT JOIN (SELECT id AS deal_id, stage FROM deals UNION SELECT deal_id, was FROM deal_changes WHERE field = 'stage'
           UNION SELECT deal_id, became FROM deal_changes WHERE field = 'stage') x ON x.stage = o.stage
LEFT JOIN deals_then d ON d.deal_id = x.deal_id AND d.state <> 'open'
WHERE o.kind = 'open' GROUP BY o.stage, o.position, o.probability ORDER BY o.position
