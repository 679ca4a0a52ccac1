-- == tables
CREATE TABLE staging.stg_orders_raw (ord_id text, ord_ts text, cust text, amt text, _batch text, _landed_at timestamptz);
CREATE TABLE staging.stg_customers_raw ("KUNDENNR" text, "VORNAME" text, "NACHNAME" text, "EMAIL" text, "TELEFON" text, "GEBDAT" text, "IBAN" text);
CREATE TABLE staging.stg_sensor_landing (doc jsonb, landed_at timestamptz);
CREATE TABLE staging.stg_payment_rejects (raw_line text, reason text, rejected_at timestamptz);
CREATE TABLE staging.etl_load_log ( --: Every nightly load with rows and duration; month ends take twice as long. @generated
    load_id integer PRIMARY KEY, pipeline text NOT NULL, started_at timestamptz NOT NULL, finished_at timestamptz NOT NULL,
    rows_loaded bigint,
    outcome text NOT NULL --: ok, retried or failed
);
CREATE TABLE staging.tmp_fix_20240311 (id bigint, old_value text, new_value text);

-- == keys
CREATE INDEX etl_load_log_pipeline ON staging.etl_load_log (pipeline, started_at);
