-- == tables
CREATE TABLE features.customer_churn_features ( --: Features of the churn model, one row a customer: nine measures over five windows. Version 3. @generated
    customer_id bigint NOT NULL,
    computed_on date NOT NULL, --: Last day that the windows include
    tenure_days integer, --: Days since registration
    orders_7d integer, --: Orders in the last 7 days
    orders_30d integer, orders_90d integer, orders_180d integer, orders_365d integer,
    revenue_7d numeric(12, 2), --: Gross revenue, EUR, in the last 7 days
    revenue_30d numeric(12, 2), revenue_90d numeric(12, 2), revenue_180d numeric(12, 2), revenue_365d numeric(12, 2),
    returns_7d integer, --: Returned lines in the last 7 days
    returns_30d integer, returns_90d integer, returns_180d integer, returns_365d integer,
    sessions_7d integer, --: Web and app sessions in the last 7 days
    sessions_30d integer, sessions_90d integer, sessions_180d integer, sessions_365d integer,
    opens_7d integer, --: Newsletters opened in the last 7 days
    opens_30d integer, opens_90d integer, opens_180d integer, opens_365d integer,
    clicks_7d integer, --: Clicks in newsletters in the last 7 days
    clicks_30d integer, clicks_90d integer, clicks_180d integer, clicks_365d integer,
    tickets_7d integer, --: Support tickets in the last 7 days
    tickets_30d integer, tickets_90d integer, tickets_180d integer, tickets_365d integer,
    contacts_7d integer, --: Contacts of any kind in the last 7 days
    contacts_30d integer, contacts_90d integer, contacts_180d integer, contacts_365d integer,
    voucher_uses_7d integer, --: Vouchers used in the last 7 days
    voucher_uses_30d integer, voucher_uses_90d integer, voucher_uses_180d integer, voucher_uses_365d integer,
    engagement_score numeric(5, 4), --: 0 to 1: weighted share of channels used in 90 days
    churned boolean --: Label: no order in the 90 days after computed_on
);
CREATE TABLE features.credit_risk_features ( --: Features of the credit risk model. Regulated: approval of Compliance needed. @generated
    customer_id bigint NOT NULL, computed_on date NOT NULL,
    income numeric(14, 2), --: EUR a year
    debt_ratio numeric(6, 4), utilisation numeric(6, 4), late_payments_12m smallint,
    bureau_score smallint, --: From partner.bureau_scores: its licence applies here
    sex char(1), --: For fairness tests only, never an input
    default_probability numeric(7, 5)
);
CREATE TABLE features.fleet_signal_features ( --: Daily signal quality of each tracker. @generated
    vehicle_id integer NOT NULL, day date NOT NULL, pings integer, median_interval_s integer,
    no_fix_share numeric(6, 4) --: Share of positions at 0/0
);
CREATE TABLE features.feature_register (feature_table text PRIMARY KEY, model text NOT NULL, version smallint NOT NULL, entity text NOT NULL, since date);
CREATE TABLE features.telco_churn ( --: Benchmark set for churn models, not our customers. @watson
    churn text, female smallint, senior_citizen smallint, partner smallint, dependents smallint, tenure smallint,
    phone_service smallint, multiple_lines text, internet_service text, online_security text, online_backup text,
    device_protection text, tech_support text, streaming_tv text, streaming_movies text, contract text,
    paperless_billing smallint, payment_method text, monthly_charges numeric(8, 2), total_charges numeric(10, 2)
);
CREATE TABLE features.training_set_churn_v3 ( --: Snapshot with which version 3 of the churn model was trained.
    LIKE features.customer_churn_features
);

-- == keys
ALTER TABLE features.customer_churn_features ADD PRIMARY KEY (customer_id);
INSERT INTO features.training_set_churn_v3 SELECT * FROM features.customer_churn_features WHERE customer_id % 10 < 8;
ALTER TABLE features.credit_risk_features ADD PRIMARY KEY (customer_id);
ALTER TABLE features.fleet_signal_features ADD PRIMARY KEY (vehicle_id, day);

-- == links
ALTER TABLE features.customer_churn_features ADD FOREIGN KEY (customer_id) REFERENCES crm.customers;
ALTER TABLE features.credit_risk_features ADD FOREIGN KEY (customer_id) REFERENCES crm.customers;
ALTER TABLE features.fleet_signal_features ADD FOREIGN KEY (vehicle_id) REFERENCES fleet.vehicles;

-- == views
CREATE VIEW features.churn_online AS --: The ten columns that the web shop asks for at run time.
SELECT customer_id, orders_30d, orders_90d, revenue_90d, sessions_30d, opens_30d, clicks_30d, tickets_90d, returns_90d, engagement_score
FROM features.customer_churn_features;
