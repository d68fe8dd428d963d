-- title: Deals as they were on the day of the report
-- means: What changed after the day counts as it was before.
SELECT d.id AS deal_id, d.name, coalesce(d.person_id, -d.forgotten) AS who, d.person_id, d.company_id, d.campaign,
       coalesce(d.currency, '(none)') AS currency, coalesce(d.owner, '(nobody)') AS owner,
       CASE WHEN d.warm = 1 THEN 'warm' ELSE 'cold' END AS warmth, d.opened_on, d.lost_reason, d.category, d.next_step,
       CASE WHEN d.state <> 'open' AND coalesce(d.closed_on, p.as_of) <= p.as_of THEN d.state ELSE 'open' END AS state,
       CASE WHEN d.state <> 'open' AND d.closed_on <= p.as_of THEN d.closed_on END AS closed_on,
       coalesce(CAST(a.was AS REAL), d.amount, 0) AS amount, coalesce(s.was, d.stage) AS stage,
       coalesce(c.was, d.close_on) AS close_on,
       (SELECT count(*) FROM deal_changes m WHERE m.deal_id = d.id AND m.field = 'close_on' AND m.was IS NOT NULL
        AND m.was <> '' AND substr(m.at, 1, 10) <= p.as_of) AS close_moves
FROM deals d CROSS JOIN params p
LEFT JOIN deal_changes a ON a.id = (SELECT id FROM deal_changes WHERE deal_id = d.id AND field = 'amount'
                                    AND substr(at, 1, 10) > p.as_of ORDER BY at, id LIMIT 1)
LEFT JOIN deal_changes s ON s.id = (SELECT id FROM deal_changes WHERE deal_id = d.id AND field = 'stage'
                                    AND substr(at, 1, 10) > p.as_of ORDER BY at, id LIMIT 1)
LEFT JOIN deal_changes c ON c.id = (SELECT id FROM deal_changes WHERE deal_id = d.id AND field = 'close_on'
                                    AND substr(at, 1, 10) > p.as_of ORDER BY at, id LIMIT 1)
WHERE d.opened_on <= p.as_of
