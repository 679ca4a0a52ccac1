-- == tables
CREATE TABLE fleet.vessels ( --: Vessels seen in New York harbour on 30 June 2020, one row each. @ais
    mmsi bigint PRIMARY KEY, --: Maritime Mobile Service Identity, nine digits
    vessel_name text, --: As broadcast; may name a private boat's owner
    imo text, --: Number of the International Maritime Organization
    call_sign text, --: Radio call sign
    vessel_type smallint, --: AIS type code, 30 fishing … 60 passenger … 70 cargo
    length numeric(6, 1), --: Metres
    width numeric(6, 1) --: Metres
);
CREATE TABLE fleet.vessel_positions ( --: Raw AIS messages of one hour. Negative courses are an encoding fault of the source (add 409.6). @ais
    seen_at timestamp, lon double precision, lat double precision,
    mmsi bigint REFERENCES fleet.vessels,
    sog real, --: Speed over ground, knots
    cog real, --: Course over ground, degrees; should be 0 to 360
    heading real, --: 511 = not available
    status smallint, draft real, cargo smallint, transceiver text, eta timestamp
);
CREATE TABLE fleet.vessel_tracks ( --: Cleaned vessel tracks of 1 to 7 December 2020: 513 tracks of 140 vessels. @ais
    mmsi bigint NOT NULL,
    seen_at timestamp NOT NULL, --: UTC
    lon double precision NOT NULL, lat double precision NOT NULL,
    track_id integer NOT NULL --: One passage of one vessel
);
CREATE TABLE fleet.depots (code char(3) PRIMARY KEY, city text NOT NULL, lat double precision, lon double precision);
CREATE TABLE fleet.drivers ( --: Drivers, employed and contracted. @generated
    driver_id integer PRIMARY KEY,
    given_name text NOT NULL, family_name text NOT NULL,
    mobile text, --: Private number
    birth_date date,
    licence_no text UNIQUE, --: Number of the driving licence
    licence_until date NOT NULL, --: A driver whose licence has run out must not drive
    home_depot char(3) REFERENCES fleet.depots
);
CREATE TABLE fleet.vehicles ( --: Vans, trucks and reefers with a tracker. @generated
    vehicle_id integer PRIMARY KEY,
    plate text NOT NULL UNIQUE,
    vin text, --: Vehicle identification number
    kind text NOT NULL CHECK (kind IN ('van', 'truck', 'reefer')), --: reefer: refrigerated truck
    depot char(3) NOT NULL REFERENCES fleet.depots,
    tracker_firmware text, --: Version of the tracker's software
    payload_kg integer,
    in_service_since date
);
CREATE TABLE fleet.trips ( --: One row a trip, with distance and driving style. Drivers can be identified. @generated
    trip_id bigint NOT NULL,
    vehicle_id integer NOT NULL, driver_id integer NOT NULL,
    started_at timestamptz NOT NULL, ended_at timestamptz NOT NULL,
    distance_km numeric(7, 1), fuel_l numeric(7, 2),
    harsh_brakes smallint, --: Decelerations above 0.4 g; works council agreement 14/2023 forbids ranking drivers by it
    duration interval GENERATED ALWAYS AS (ended_at - started_at) STORED,
    CHECK (ended_at > started_at)
);
CREATE TABLE fleet.gps_pings ( --: Positions of our vehicles, about ten a day each. Firmware 4.2 sends fewer since October 2026. @generated
    vehicle_id integer NOT NULL,
    sent_at timestamptz NOT NULL,
    lat double precision, --: Degrees, WGS 84; 0/0 means no fix
    lon double precision,
    speed_kmh smallint,
    heading smallint CHECK (heading BETWEEN 0 AND 359), --: Degrees from north
    hdop real --: Dilution of precision, below 2 is good
);
CREATE TABLE fleet.shipments ( --: Parcels with promised and real day of delivery. @generated
    shipment_id bigint NOT NULL,
    order_id bigint NOT NULL, --: retail.orders
    vehicle_id integer NOT NULL,
    promised_on date NOT NULL,
    delivered_on date, --: Empty while under way
    weight_kg numeric(8, 2) CHECK (weight_kg > 0),
    signed_by text
);
CREATE TABLE fleet.last_mile_deliveries ( --: Delivery times of the café's couriers. item_01 to item_27 count the dishes. @deliveries
    delivery_id integer PRIMARY KEY,
    time_to_delivery real, --: Minutes from order to door
    hour real, --: Hour of the order, decimal
    day text,
    distance real, --: Miles
    item_01 smallint, item_02 smallint, item_03 smallint, item_04 smallint, item_05 smallint, item_06 smallint,
    item_07 smallint, item_08 smallint, item_09 smallint, item_10 smallint, item_11 smallint, item_12 smallint,
    item_13 smallint, item_14 smallint, item_15 smallint, item_16 smallint, item_17 smallint, item_18 smallint,
    item_19 smallint, item_20 smallint, item_21 smallint, item_22 smallint, item_23 smallint, item_24 smallint,
    item_25 smallint, item_26 smallint, item_27 smallint
);

-- == keys
CREATE INDEX vessel_positions_when ON fleet.vessel_positions (mmsi, seen_at);
CREATE INDEX vessel_tracks_when ON fleet.vessel_tracks USING brin (seen_at);
ALTER TABLE fleet.trips ADD PRIMARY KEY (trip_id), ADD FOREIGN KEY (vehicle_id) REFERENCES fleet.vehicles, ADD FOREIGN KEY (driver_id) REFERENCES fleet.drivers;
CREATE INDEX gps_pings_vehicle ON fleet.gps_pings (vehicle_id, sent_at);
ALTER TABLE fleet.gps_pings ADD FOREIGN KEY (vehicle_id) REFERENCES fleet.vehicles;
ALTER TABLE fleet.shipments ADD PRIMARY KEY (shipment_id), ADD UNIQUE (order_id), ADD FOREIGN KEY (vehicle_id) REFERENCES fleet.vehicles;
CREATE INDEX shipments_under_way ON fleet.shipments (promised_on) WHERE delivered_on IS NULL;

-- == views
CREATE VIEW fleet.pings_per_day AS --: Number of positions by day and firmware: the signal to watch.
SELECT date_trunc('day', p.sent_at AT TIME ZONE 'UTC')::date AS day, v.tracker_firmware, count(*) AS pings
FROM fleet.gps_pings p JOIN fleet.vehicles v USING (vehicle_id) GROUP BY 1, 2;
CREATE VIEW fleet.late_shipments AS --: Shipments delivered after the promised day.
SELECT shipment_id, order_id, promised_on, delivered_on, delivered_on - promised_on AS days_late
FROM fleet.shipments WHERE delivered_on > promised_on;
