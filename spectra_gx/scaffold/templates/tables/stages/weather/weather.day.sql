-- The table `weather.day`; `{schema.table}` is a table as it will be after this run.
select
  station,
  cast(measured_at as date) as day,
  min(celsius) as coldest,
  max(celsius) as warmest,
  count(*) as readings
from {weather.reading}
group by station, cast(measured_at as date)
