-- How often each trap of the raw tables was met, counted from the tables that events.sql made.
WITH arrival AS (
    SELECT joined.*, 60 * hours.clock + minute(joined.arrived) AS computed,
        (60 * (arr_time // 100) + arr_time % 100) % 1440 AS recorded,
    FROM joined
    JOIN hours ON hours.zone = joined.zone AND hours.start = date_trunc('hour', joined.arrived)
)
SELECT
    (SELECT count(*) FROM events) AS events,
    (SELECT count(outcome) FROM events) AS outcomes,
    (SELECT count(*) FROM joined WHERE arr_delay IS NULL AND dep_time IS NULL) AS cancelled,
    (SELECT count(*) FROM joined WHERE arr_delay IS NULL AND dep_time IS NOT NULL) AS diverted,
    (SELECT count(*) FROM joined WHERE NOT plane_found) AS without_plane,
    (SELECT count(*) FROM joined WHERE plane_found AND built IS NULL) AS without_plane_year,
    (SELECT count(*) FROM joined WHERE built IS DISTINCT FROM plane_year) AS impossible_plane_year,
    (SELECT count(*) FROM joined WHERE NOT fresh) AS without_fresh_weather,
    (SELECT count(*) FROM weather WHERE wind_speed > 253) AS impossible_wind_reports,
    (SELECT count(*) FROM flights WHERE dest NOT IN (SELECT faa FROM airports)) AS without_airport,
    (SELECT count(*) FROM joined WHERE arrives IS NULL) AS without_zone,
    (SELECT count(*) FROM joined WHERE sched_arr_time <= sched_dep_time) AS next_day_on_the_clock,
    (SELECT count(*) FROM events WHERE arrived <= time) AS arrived_before_departure,
    (SELECT count(*) FROM arrival) AS arrival_clocks_checked,
    (SELECT count(*) FROM arrival WHERE computed <> recorded) AS arrival_clocks_differing
