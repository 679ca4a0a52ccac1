-- == tables
CREATE TABLE marketing.campaigns ( --: Coupon campaigns of 2017. @journey
    campaign_id integer PRIMARY KEY,
    campaign_type text, --: Type A goes to all, B and C to chosen households
    start_date date, end_date date
);
CREATE TABLE marketing.campaign_households ( --: Which household got which campaign. @journey
    campaign_id integer NOT NULL, household_id integer NOT NULL
);
CREATE TABLE marketing.coupons ( --: Coupons with the products for which they are good. @journey
    coupon_upc bigint NOT NULL, --: Bar code
    product_id bigint NOT NULL, campaign_id integer NOT NULL
);
CREATE TABLE marketing.coupon_redemptions ( --: Coupons handed in at the till. @journey
    household_id integer NOT NULL, coupon_upc bigint NOT NULL, campaign_id integer NOT NULL, redemption_date date NOT NULL
);
CREATE TABLE marketing.email_events ( --: What happened to each newsletter. @generated
    event_id bigint NOT NULL, customer_id bigint NOT NULL,
    mailing text NOT NULL, --: NL and the week's number
    event text NOT NULL CHECK (event IN ('delivered', 'open', 'click', 'bounce', 'unsubscribe')),
    at timestamptz NOT NULL
);
CREATE TABLE marketing.web_sessions ( --: Visits of web shop and app. @generated
    session_id bigint NOT NULL,
    customer_id bigint, --: Empty if not signed in
    started_at timestamptz NOT NULL,
    ip inet, --: Address of the visitor; personal data, delete after 90 days
    device text, source text, pages integer,
    basket_value ref.amount --: Empty if no basket
);
CREATE TABLE marketing.leads ( --: People who left an address and are no customers yet. @generated
    lead_id integer PRIMARY KEY, full_name text NOT NULL, email ref.email, phone text, captured_on date,
    origin text --: Raffle leads may be used for 12 months only
);
CREATE TABLE marketing.survey_responses ( --: Answers to the recommendation question, with comments in free text. @generated
    response_id integer PRIMARY KEY, customer_id bigint NOT NULL, answered_on date NOT NULL,
    recommend smallint NOT NULL CHECK (recommend BETWEEN 0 AND 10), --: 9 and 10 promoters, 0 to 6 detractors
    comment text
);
CREATE TABLE marketing.mailing_list (
    cust_no text, first_nm text, last_nm text, mail_addr text, tel text, dob date, addr_line text, zip text, town text, ctry char(2)
);

-- == keys
ALTER TABLE marketing.campaign_households ADD PRIMARY KEY (campaign_id, household_id), ADD FOREIGN KEY (campaign_id) REFERENCES marketing.campaigns;
ALTER TABLE marketing.coupons ADD FOREIGN KEY (campaign_id) REFERENCES marketing.campaigns;
CREATE INDEX coupons_upc ON marketing.coupons (coupon_upc);
ALTER TABLE marketing.coupon_redemptions ADD FOREIGN KEY (campaign_id) REFERENCES marketing.campaigns;
ALTER TABLE marketing.email_events ADD PRIMARY KEY (event_id);
CREATE INDEX email_events_customer ON marketing.email_events (customer_id, at) WHERE event IN ('open', 'click');
ALTER TABLE marketing.web_sessions ADD PRIMARY KEY (session_id);
CREATE UNIQUE INDEX leads_email ON marketing.leads (lower(email));

-- == links
ALTER TABLE marketing.coupons ADD FOREIGN KEY (product_id) REFERENCES retail.products NOT VALID;
ALTER TABLE marketing.email_events ADD FOREIGN KEY (customer_id) REFERENCES crm.customers;
ALTER TABLE marketing.web_sessions ADD FOREIGN KEY (customer_id) REFERENCES crm.customers;
ALTER TABLE marketing.survey_responses ADD FOREIGN KEY (customer_id) REFERENCES crm.customers;
INSERT INTO marketing.mailing_list SELECT customer_no, given_name, family_name, email, phone, birth_date, street, postcode, city, country
FROM crm.customers WHERE customer_id % 2 = 0 AND email IS NOT NULL;
ANALYZE marketing.mailing_list;

-- == views
CREATE VIEW marketing.active_customers AS --: Marketing's view of an active customer: opened or clicked a newsletter within the last 365 days of the data.
SELECT customer_id, max(at) AS last_reaction FROM marketing.email_events
WHERE event IN ('open', 'click') AND at >= timestamptz '2025-11-23' GROUP BY 1;
CREATE VIEW marketing.promoter_score AS --: Net promoter score by month: promoters minus detractors, per cent.
SELECT date_trunc('month', answered_on)::date AS month,
    round(100.0 * (count(*) FILTER (WHERE recommend >= 9) - count(*) FILTER (WHERE recommend <= 6)) / count(*), 1) AS score
FROM marketing.survey_responses GROUP BY 1;
CREATE VIEW marketing.campaign_response AS --: Redemptions and reached households of each campaign.
SELECT c.campaign_id, c.campaign_type, count(DISTINCT h.household_id) AS reached,
    (SELECT count(*) FROM marketing.coupon_redemptions r WHERE r.campaign_id = c.campaign_id) AS redeemed
FROM marketing.campaigns c LEFT JOIN marketing.campaign_households h USING (campaign_id) GROUP BY 1, 2;
