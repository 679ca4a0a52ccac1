-- == tables
CREATE TABLE ops.airlines (carrier char(2) PRIMARY KEY, name text NOT NULL);
CREATE TABLE ops.airports ( --: Airports of the United States. @flights
    faa char(3) PRIMARY KEY, --: Code of the Federal Aviation Administration
    name text NOT NULL, lat double precision, lon double precision,
    alt integer, --: Feet above sea level
    tz smallint, --: Hours from UTC
    dst char(1), --: A: US rule, N: none, U: unknown
    tzone text
);
CREATE TABLE ops.planes ( --: Aircraft by tail number. @flights
    tailnum text PRIMARY KEY, --: Registration painted on the tail
    year smallint, --: Year of manufacture
    type text, manufacturer text, model text, engines smallint, seats smallint, speed smallint, engine text
);
CREATE TABLE ops.weather ( --: Hourly weather at the three airports of New York, 2013; 75 hours are missing and one wind reading is impossible. @flights
    origin char(3) NOT NULL REFERENCES ops.airports,
    year smallint, month smallint, day smallint, hour smallint,
    temp real, --: Degrees Fahrenheit
    dewp real, humid real, wind_dir smallint,
    wind_speed real, --: Miles an hour; 1048.36 occurs once
    wind_gust real, precip real,
    pressure real, --: Millibar; missing mostly when it rains
    visib real,
    time_hour timestamptz NOT NULL
);
CREATE TABLE ops.flights ( --: Every departure from New York in 2013. Tail numbers and destinations without master data are known. @flights
    year smallint, month smallint, day smallint,
    dep_time smallint, --: HHMM, local; empty if cancelled
    sched_dep_time smallint,
    dep_delay smallint, --: Minutes, negative if early
    arr_time smallint, sched_arr_time smallint, arr_delay smallint,
    carrier char(2) NOT NULL, flight integer, tailnum text, origin char(3) NOT NULL, dest char(3) NOT NULL,
    air_time smallint, distance integer, hour smallint, minute smallint, time_hour timestamptz
);
CREATE TABLE ops.transit_ridership ( --: Daily riders (thousands) of Chicago's elevated lines 2001-2016 with weather and home games; no day is missing. @chicago
    ridership real, --: Clark/Lake station, thousand riders
    austin real, quincy_wells real, belmont real, archer_35th real, oak_park real, western real, clark_lake real,
    clinton real, merchandise_mart real, irving_park real, washington_wells real, harlem real, monroe real, polk real,
    ashland real, kedzie real, addison real, jefferson_park real, montrose real, california real,
    temp_min real, temp real, temp_max real, temp_change real, dew real, humidity real, pressure real, pressure_change real,
    wind real, wind_max real, gust real, gust_max real, percip real, percip_max real,
    weather_rain real, weather_snow real, weather_cloud real, weather_storm real,
    blackhawks_away smallint, blackhawks_home smallint, bulls_away smallint, bulls_home smallint, bears_away smallint,
    bears_home smallint, white_sox_away smallint, white_sox_home smallint, cubs_away smallint, cubs_home smallint,
    date date PRIMARY KEY
);

-- == keys
CREATE UNIQUE INDEX weather_hour ON ops.weather (origin, time_hour);
ALTER TABLE ops.flights ADD FOREIGN KEY (carrier) REFERENCES ops.airlines, ADD FOREIGN KEY (origin) REFERENCES ops.airports,
    ADD FOREIGN KEY (dest) REFERENCES ops.airports NOT VALID, ADD FOREIGN KEY (tailnum) REFERENCES ops.planes NOT VALID;
CREATE INDEX flights_when ON ops.flights USING brin (time_hour);
CREATE INDEX flights_tail ON ops.flights (tailnum) WHERE tailnum IS NOT NULL;

-- == views
CREATE VIEW ops.delays_by_hour AS --: Mean departure delay by origin and hour of the day.
SELECT origin, hour, round(avg(dep_delay), 1) AS minutes, count(*) FILTER (WHERE dep_time IS NULL) AS cancelled
FROM ops.flights GROUP BY 1, 2;
CREATE VIEW ops.flights_with_weather AS --: Flights with the weather at departure.
SELECT f.*, w.temp, w.wind_speed, w.precip, w.visib FROM ops.flights f LEFT JOIN ops.weather w USING (origin, time_hour);
