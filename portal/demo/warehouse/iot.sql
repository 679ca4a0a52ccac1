-- == tables
CREATE TABLE iot.devices ( --: Temperature sensors of the cold chain. @generated
    device_id integer PRIMARY KEY, serial_no text NOT NULL UNIQUE,
    site char(3) NOT NULL, --: Depot, fleet.depots.code
    setpoint_c numeric(4, 1) NOT NULL, --: Wanted temperature, °C: 4 cooled, -18 frozen
    installed_on date
);
CREATE TABLE iot.temperature_readings ( --: Hourly temperatures of the last year. 999.9 means a broken cable; hours are missing where a gateway was down. @generated
    device_id integer NOT NULL,
    measured_at timestamptz NOT NULL, --: By the sensor's clock
    celsius numeric(6, 2) NOT NULL,
    battery_v numeric(4, 3), --: Volt; replace below 3.3
    received_at timestamptz NOT NULL, --: When the platform stored it
    lag interval GENERATED ALWAYS AS (received_at - measured_at) STORED --: From measurement to storage
);
CREATE TABLE iot.alarms ( --: Alarms of the cold chain.
    alarm_id integer PRIMARY KEY, device_id integer NOT NULL REFERENCES iot.devices, raised_at timestamptz NOT NULL,
    cleared_at timestamptz, severity ref.severity NOT NULL, cause text
);
CREATE TABLE iot.calibrations (
    device_id integer NOT NULL REFERENCES iot.devices, done_on date NOT NULL,
    offset_c numeric(5, 3) NOT NULL, --: Reference minus sensor, °C
    engineer text, PRIMARY KEY (device_id, done_on)
);
CREATE TABLE iot.door_events (device_id integer NOT NULL, at timestamptz NOT NULL, payload jsonb);

-- == keys
ALTER TABLE iot.temperature_readings ADD PRIMARY KEY (device_id, measured_at), ADD FOREIGN KEY (device_id) REFERENCES iot.devices;
CREATE INDEX readings_broken ON iot.temperature_readings (measured_at) WHERE celsius > 900;
CREATE INDEX door_events_door ON iot.door_events ((payload ->> 'door'));

-- == views
CREATE VIEW iot.daily_temperature AS --: Lowest, mean and highest temperature by sensor and day, broken cables left out.
SELECT device_id, date_trunc('day', measured_at AT TIME ZONE 'UTC')::date AS day,
    min(celsius) AS lowest, round(avg(celsius), 2) AS mean, max(celsius) AS highest, count(*) AS readings
FROM iot.temperature_readings WHERE celsius < 900 GROUP BY 1, 2;
CREATE MATERIALIZED VIEW iot.cold_chain_breaches AS --: Days on which a cooled or frozen room was more than 2 °C too warm.
SELECT t.device_id, t.day, t.highest, d.setpoint_c FROM iot.daily_temperature t JOIN iot.devices d USING (device_id)
WHERE t.highest > d.setpoint_c + 2;
