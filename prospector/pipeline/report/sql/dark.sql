-- title: Deals gone dark
-- means: Open deals, and the days since both sides last talked: a reply, a call, a meeting of anybody at the company. Dark: longer ago than `dark_days`; without any talk, since it was opened.
-- formula: days = day of the report - day of the last two-way event
-- source: deals that go dark are about a quarter of a forecast
SELECT d.deal_id, d.name, d.owner, d.stage, d.currency, d.amount, d.close_on, d.talked_on,
       CAST(julianday(p.as_of) - julianday(coalesce(d.talked_on, d.opened_on)) AS INTEGER) AS days,
       julianday(p.as_of) - julianday(coalesce(d.talked_on, d.opened_on)) > p.dark_days AS dark
FROM (SELECT t.*, (SELECT max(substr(v.at, 1, 10)) FROM events v WHERE v.class IN ('reply', 'talk', 'meeting_held')
                   AND v.at < (SELECT until FROM params) AND v.person_id IN (SELECT id FROM people WHERE company_id = t.company_id
                   UNION ALL SELECT t.person_id)) AS talked_on
      FROM deals_then t WHERE t.state = 'open') d CROSS JOIN params p
ORDER BY days DESC, d.deal_id
