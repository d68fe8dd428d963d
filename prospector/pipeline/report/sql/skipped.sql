-- title: Touches that were left out on purpose
-- means: Calls, LinkedIn touches and tasks of which somebody said so.
SELECT DISTINCT v.enrolment_id, v.touch FROM events v
WHERE v.class = 'task_skipped' AND v.enrolment_id IS NOT NULL AND v.touch IS NOT NULL AND v.at < (SELECT until FROM params)
