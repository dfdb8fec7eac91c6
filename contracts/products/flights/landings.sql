-- The delay of each flight that landed, in minutes: known when it lands. Reads a table of events.sql.
SELECT
    strftime(departs, '%Y-%m-%dT%H:%MZ') || '-' || carrier || flight || '-' || origin AS id,
    arrived AS known,
    arr_delay::BIGINT AS value,
    carrier,
    origin,
FROM arrivals
WHERE arrived IS NOT NULL
ORDER BY known, id
