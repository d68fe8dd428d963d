-- title: Coverage
-- means: Of whom we know that an answer would have been read: their tool, or every mailbox of the sender, was read without a gap from the first touch to the end of the window, or to the day of the report. Under 100 % every rate of answers is a lower bound.
-- formula: contacted people who are covered / contacted people
-- source: no tool that we read has it
-- rates: covered, contacted
SELECT coalesce(sum(EXISTS (SELECT 1 FROM spans s WHERE s.from_at <= strftime('%Y-%m-%dT%H:%M:%SZ', c.first_at)
         AND s.to_at >= min(strftime('%Y-%m-%dT%H:%M:%SZ', c.last_at, '+' || p.window_days || ' days'), p.until_read)
         AND (s.source = 'mailbox' OR s.source IN (SELECT d.destination FROM deliveries d WHERE d.enrolment_id = c.contact_id)))), 0)
         AS covered, count(*) AS contacted
FROM contacts c CROSS JOIN params p WHERE c.contacted
