-- The events of the reference product from its raw tables, joined with what was known at the time.
-- Tables, not views, wherever an ASOF join reads: its plan depends on the number of rows.

CREATE TEMP TABLE zones AS
SELECT faa, tzone AS zone FROM airports
UNION ALL
-- Four destinations have no row among the airports. Their clock has no summer time.
SELECT faa, 'America/Puerto_Rico' FROM (VALUES ('BQN'), ('PSE'), ('SJU'), ('STT')) AS islands(faa);

-- The local hour of each hour of the year, by zone: every zone here is whole hours from UTC.
CREATE TEMP TABLE hours AS
SELECT zone, start, hour(timezone(zone, start)) AS clock
FROM (SELECT DISTINCT zone FROM zones WHERE faa IN (SELECT dest FROM flights)),
    unnest(generate_series(
        TIMESTAMPTZ '2013-01-01 00:00:00Z', TIMESTAMPTZ '2014-01-03 00:00:00Z', INTERVAL 1 HOUR
    )) AS series(start);

-- A report is stamped with the start of its hour and holds readings up to minute 51: known when
-- the hour is over. The fastest wind ever measured on the ground is 253 mph.
CREATE TEMP TABLE reports AS
SELECT
    origin,
    time_hour + INTERVAL 1 HOUR AS reported,
    temp, humid, wind_dir, precip, pressure, visib,
    CASE WHEN wind_speed <= 253 THEN wind_speed END AS wind_speed,
FROM weather;

-- Departures are in the origin's local time, and all three origins are in New York.
CREATE TEMP TABLE departures AS
SELECT
    carrier, flight, tailnum, origin, dest, distance,
    year, sched_dep_time, sched_arr_time, dep_time, arr_time, arr_delay,
    make_date(year, month, day) AS local_date,
    60 * (sched_dep_time // 100) + sched_dep_time % 100 AS minute_of_day,
    timezone('America/New_York', local_date + to_minutes(minute_of_day)) AS departs,
FROM flights;

-- The scheduled arrival is the first moment after the departure at which the destination's clock
-- shows the scheduled time. That covers midnight, summer time and westward flights that land earlier
-- by the clock than they left.
CREATE TEMP TABLE arrivals AS
SELECT
    departures.*,
    zones.zone,
    hours.start + to_minutes(sched_arr_time % 100) AS arrives,
    arrives + to_minutes(arr_delay) AS arrived,
FROM departures
LEFT JOIN zones ON zones.faa = dest
ASOF LEFT JOIN hours
    ON hours.zone = zones.zone
    AND hours.clock = sched_arr_time // 100
    AND hours.start > departs - to_minutes(sched_arr_time % 100);

CREATE TEMP TABLE joined AS
SELECT
    arrivals.*,
    planes.tailnum IS NOT NULL AS plane_found,
    -- No jet flew before 1950, and no plane before it was built.
    CASE WHEN planes.year BETWEEN 1950 AND arrivals.year THEN planes.year END AS built,
    planes.year AS plane_year,
    planes.seats,
    planes.engines,
    reports.* EXCLUDE (origin),
    -- Six hours is the longest gap in the reports; an older report says nothing about this departure.
    coalesce(departs - reported <= INTERVAL 6 HOUR, false) AS fresh,
FROM arrivals
LEFT JOIN planes ON planes.tailnum = arrivals.tailnum
ASOF LEFT JOIN reports ON reports.origin = arrivals.origin AND reports.reported <= departs;

CREATE TEMP VIEW events AS
SELECT
    -- Time first, so that a log written in order of time keeps neighbours on one page of its index.
    strftime(departs, '%Y-%m-%dT%H:%MZ') || '-' || carrier || flight || '-' || origin AS id,
    carrier || flight AS key,
    departs AS time,
    arr_delay >= 15 AS outcome,
    arrived,
    -- When a schedule was made or a plane assigned is not recorded; by the departure at the latest.
    CASE WHEN fresh THEN reported ELSE departs END AS known,
    carrier,
    origin,
    dest,
    minute_of_day AS minute,
    isodow(local_date) - 1 AS weekday,
    distance::DOUBLE AS distance,
    date_diff('minute', departs, arrives)::DOUBLE AS elapsed,
    seats::DOUBLE AS seats,
    built::DOUBLE AS built,
    engines::DOUBLE AS engines,
    CASE WHEN fresh THEN temp END AS temp,
    CASE WHEN fresh THEN humid END AS humid,
    CASE WHEN fresh THEN wind_dir END::DOUBLE AS wind_dir,
    CASE WHEN fresh THEN wind_speed END AS wind_speed,
    CASE WHEN fresh THEN precip END AS precip,
    CASE WHEN fresh THEN pressure END AS pressure,
    CASE WHEN fresh THEN visib END AS visib,
FROM joined;
