-- title: Touches to the first reply
-- means: At which touch those who replied did.
-- formula: share = replies at the touch / people who replied
-- source: a plain count
-- rates: replied, of
SELECT reply_number AS number, count(*) AS replied, (SELECT sum(replied) FROM contacts) AS of
FROM contacts WHERE replied GROUP BY 1 ORDER BY 1
