-- title: Deals as they were on the day of the report
-- means: What changed after the day counts as it was before, each field by its first change since. A deal without an amount counts among those of the currency that most deals have.
WITH later AS (
  SELECT deal_id, max(field = 'state') AS state_changed, max(CASE WHEN field = 'state' THEN was END) AS state,
         max(field = 'stage') AS stage_changed, max(CASE WHEN field = 'stage' THEN was END) AS stage,
         max(field = 'amount') AS amount_changed, max(CASE WHEN field = 'amount' THEN was END) AS amount,
         max(field = 'currency') AS currency_changed, max(CASE WHEN field = 'currency' THEN was END) AS currency,
         max(field = 'close') AS close_changed, max(CASE WHEN field = 'close' THEN was END) AS close_on,
         max(field = 'owner') AS owner_changed, max(CASE WHEN field = 'owner' THEN was END) AS owner,
         max(field = 'category') AS category_changed, max(CASE WHEN field = 'category' THEN was END) AS category,
         max(field = 'next_step') AS next_step_changed, max(CASE WHEN field = 'next_step' THEN was END) AS next_step
  FROM (SELECT deal_id, field, was, row_number() OVER (PARTITION BY deal_id, field ORDER BY at, id) AS place
        FROM deal_changes WHERE substr(at, 1, 10) > (SELECT as_of FROM params)) WHERE place = 1 GROUP BY deal_id),
earlier AS (
  SELECT deal_id, sum(field = 'close' AND coalesce(was, '') <> '') AS close_moves,
         max(CASE WHEN field = 'state' THEN substr(at, 1, 10) || ' ' || reason END) AS ended
  FROM deal_changes WHERE substr(at, 1, 10) <= (SELECT as_of FROM params) GROUP BY deal_id),
then_ AS (
  SELECT d.id AS deal_id, d.name, coalesce(d.person_id, -d.forgotten) AS who, d.person_id, d.company_id, d.campaign, d.opened_on,
         CASE WHEN l.currency_changed THEN l.currency ELSE d.currency END AS currency,
         CASE WHEN l.owner_changed THEN l.owner ELSE d.owner END AS owner,
         CASE WHEN d.warm = 1 THEN 'warm' ELSE 'cold' END AS warmth,
         CASE WHEN l.category_changed THEN l.category ELSE d.category END AS category,
         CASE WHEN l.next_step_changed THEN l.next_step ELSE d.next_step END AS next_step,
         CASE WHEN l.state_changed THEN l.state
              WHEN d.state <> 'open' AND d.closed_on > p.as_of THEN 'open' ELSE d.state END AS state,
         CASE WHEN l.state_changed THEN substr(e.ended, 1, 10) ELSE d.closed_on END AS closed_on,
         CASE WHEN l.state_changed THEN substr(e.ended, 12) ELSE d.lost_reason END AS lost_reason,
         coalesce(CASE WHEN l.amount_changed THEN CAST(l.amount AS REAL) ELSE d.amount END, 0) AS amount,
         CASE WHEN l.stage_changed THEN l.stage ELSE d.stage END AS stage,
         CASE WHEN l.close_changed THEN l.close_on ELSE d.close_on END AS close_on, coalesce(e.close_moves, 0) AS close_moves
  FROM deals d CROSS JOIN params p LEFT JOIN later l ON l.deal_id = d.id LEFT JOIN earlier e ON e.deal_id = d.id
  WHERE d.opened_on <= p.as_of)
SELECT deal_id, name, who, person_id, company_id, campaign,
       coalesce(currency, CASE WHEN amount = 0 THEN (SELECT currency FROM params) END, '(none)') AS currency,
       coalesce(owner, '(nobody)') AS owner, warmth, opened_on, CASE WHEN state = 'lost' THEN lost_reason END AS lost_reason,
       category, next_step, state, CASE WHEN state <> 'open' THEN closed_on END AS closed_on, amount, stage, close_on, close_moves
FROM then_
