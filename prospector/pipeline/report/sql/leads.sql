-- title: Enrolments, each with its contact
-- means: A contact is a person in a campaign. Somebody who was enrolled twice there, because two entries were merged since, is one contact. `who` stays the same number when the person is forgotten.
SELECT e.id AS enrolment_id, coalesce(b.contact_id, e.id) AS contact_id,
       coalesce(e.person_id, -e.forgotten, -1000000000 - e.id) AS who,
       e.person_id, e.campaign, coalesce(c.segment, '(unknown)') AS segment, coalesce(c.sequence, '(unknown)') AS sequence,
       coalesce(e.address_source, '(unknown)') AS source, coalesce(e.address_verdict, '(not checked)') AS verdict,
       CASE WHEN e.address_checked_on IS NULL THEN '(not checked)'
            WHEN date(e.enrolled_on, '-30 days') <= e.address_checked_on THEN 'up to 30 days'
            WHEN date(e.enrolled_on, '-90 days') <= e.address_checked_on THEN '31 to 90 days'
            ELSE 'over 90 days' END AS verdict_age,
       coalesce(s.owner, '(nobody)') AS owner, CASE WHEN s.warm = 1 THEN 'warm' ELSE 'cold' END AS warmth
FROM enrolments e
LEFT JOIN campaign_settings c ON c.campaign = e.campaign
LEFT JOIN stages s ON s.person_id = e.person_id
LEFT JOIN again b ON b.enrolment_id = e.id
WHERE e.enrolled_on <= (SELECT as_of FROM params)
