-- == tables
CREATE TYPE crm.customer_status AS ENUM ('active', 'dormant', 'closed', 'blocked');
CREATE TABLE crm.customers ( --: Every person who ever registered, one row each. The master of customer data: other copies follow it. @generated
    customer_id bigint NOT NULL, --: Internal number, never shown to customers
    customer_no text NOT NULL, --: Number on letters and invoices, C- and seven digits
    given_name text NOT NULL, --: First name as the customer writes it
    family_name text NOT NULL, --: Last name as the customer writes it
    full_name text GENERATED ALWAYS AS (given_name || ' ' || family_name) STORED, --: For letters; computed
    email ref.email, --: Main e-mail address; empty if never given
    phone text, --: With country code, not validated
    birth_date date, --: 1900-01-01 means unknown in records of the old shop
    street text,
    postcode text,
    city text,
    country ref.country_code NOT NULL,
    iban text, --: Account for refunds and direct debit
    status crm.customer_status NOT NULL, --: Set by hand; dormant after two years without an order
    registered_on date NOT NULL, --: Day of first registration in any channel
    closed_on date, --: Day on which the account was closed at the customer's wish
    preferred_channel ref.channel,
    credit_limit ref.amount CHECK (credit_limit >= 0), --: Highest open balance on invoice, EUR
    notes text --: Free text of service agents; may hold anything, health included
);
CREATE TABLE crm.customer_addresses ( --: Billing and shipping addresses. @generated
    address_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    kind text NOT NULL CHECK (kind IN ('billing', 'shipping')),
    street text, postcode text, city text,
    country ref.country_code NOT NULL
);
CREATE TABLE crm.customer_consents ( --: What each customer agreed to, and when it was withdrawn. Check it before any mailing. @generated
    customer_id bigint NOT NULL,
    purpose text NOT NULL, --: newsletter, profiling or credit_check
    given_on date NOT NULL,
    withdrawn_on date CHECK (withdrawn_on >= given_on), --: Empty while the consent stands
    legal_basis text NOT NULL --: GDPR Art. 6: consent or contract
);
CREATE TABLE crm.contact_log ( --: Every call, mail and visit, with what the agent typed. Free text with personal data. @generated
    contact_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    occurred_at timestamptz NOT NULL, --: Start of the contact
    channel ref.channel NOT NULL,
    direction text NOT NULL CHECK (direction IN ('in', 'out')), --: in: the customer came to us
    subject text,
    body text, --: Typed by the agent; names, phone numbers, IBANs and remarks on health occur
    agent text,
    sentiment numeric(3, 2) --: -1 angry to 1 delighted, by a model; empty for store visits
);
CREATE TABLE crm.support_tickets ( --: Tickets of customer service. @generated
    ticket_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    opened_at timestamptz NOT NULL,
    solved_at timestamptz, --: Empty while open
    priority ref.severity NOT NULL,
    topic text
);
CREATE TABLE crm.loyalty_members ( --: Holders of the loyalty card. @generated
    card_no text NOT NULL, --: Printed on the card
    customer_id bigint NOT NULL,
    joined_on date NOT NULL,
    points integer NOT NULL DEFAULT 0 CHECK (points >= 0), --: Balance; 100 points are worth 1 EUR
    tier text NOT NULL --: blue, silver above 1,200 points, gold above 3,000
);
CREATE TABLE crm.legacy_purchases ( --: Purchases of the CD shop that we took over, 1997-98. Holds 255 full duplicates and 80 orders of no value. @cdnow
    cdnow_customer integer, --: Number in the old shop, not our customer_id
    purchased_on date,
    number_of_cds smallint,
    dollar_value numeric(8, 2)
);
CREATE TABLE crm.customers_bak_2023 ( --: DEPRECATED. Copy of crm.customers made before the migration of January 2023. Do not use; to be deleted. @generated
    LIKE crm.customers
);
CREATE TABLE crm."Kunden Übersicht" ( --: Handmade sheet of the Hamburg office, loaded once.
    "Land" char(2),
    "Kundenzahl" integer,
    "Größe ""netto"" (m²)" numeric(10, 2), --: Net sales area, square metres
    "Bemerkung" text
);

-- == keys
INSERT INTO crm.customers_bak_2023 (customer_id, customer_no, given_name, family_name, full_name, email, phone, birth_date, street, postcode, city, country, iban, status, registered_on, closed_on, preferred_channel, credit_limit, notes)
SELECT customer_id, customer_no, given_name, family_name, full_name, email, phone, birth_date, street, postcode, city, country, iban, status, registered_on, closed_on, preferred_channel, credit_limit, notes
FROM crm.customers WHERE registered_on < '2023-01-01';
ALTER TABLE crm.customers ADD PRIMARY KEY (customer_id);
ALTER TABLE crm.customers ADD CONSTRAINT customers_no_unique UNIQUE (customer_no);
CREATE UNIQUE INDEX customers_email_unique ON crm.customers (lower(email)) WHERE email IS NOT NULL;
CREATE INDEX customers_name ON crm.customers (family_name, given_name);
CREATE INDEX customers_open ON crm.customers (registered_on) WHERE status <> 'closed';
ALTER TABLE crm.customer_addresses ADD PRIMARY KEY (address_id), ADD FOREIGN KEY (customer_id) REFERENCES crm.customers;
CREATE UNIQUE INDEX addresses_one_billing ON crm.customer_addresses (customer_id) WHERE kind = 'billing';
ALTER TABLE crm.customer_consents ADD PRIMARY KEY (customer_id, purpose), ADD FOREIGN KEY (customer_id) REFERENCES crm.customers;
ALTER TABLE crm.contact_log ADD PRIMARY KEY (contact_id), ADD FOREIGN KEY (customer_id) REFERENCES crm.customers;
CREATE INDEX contact_log_when ON crm.contact_log USING brin (occurred_at);
CREATE INDEX contact_log_customer ON crm.contact_log (customer_id);
ALTER TABLE crm.support_tickets ADD PRIMARY KEY (ticket_id), ADD FOREIGN KEY (customer_id) REFERENCES crm.customers;
CREATE INDEX tickets_open ON crm.support_tickets (opened_at) WHERE solved_at IS NULL;
ALTER TABLE crm.loyalty_members ADD PRIMARY KEY (card_no), ADD UNIQUE (customer_id), ADD FOREIGN KEY (customer_id) REFERENCES crm.customers;

-- == links
ALTER TABLE crm.customers ADD FOREIGN KEY (country) REFERENCES ref.countries;
ALTER TABLE crm.customer_addresses ADD FOREIGN KEY (country) REFERENCES ref.countries;

-- == views
CREATE VIEW crm.active_customers AS --: Customer Service's view of an active customer: not closed, and an order or a contact within the last 90 days of the data.
SELECT c.customer_id, c.customer_no, c.full_name, c.country,
    greatest(o.last_order, k.last_contact) AS last_seen_at --: Last order or contact
FROM crm.customers c
LEFT JOIN (SELECT customer_id, max(ordered_at) AS last_order FROM retail.orders GROUP BY 1) o USING (customer_id)
LEFT JOIN (SELECT customer_id, max(occurred_at) AS last_contact FROM crm.contact_log GROUP BY 1) k USING (customer_id)
WHERE c.status <> 'closed' AND greatest(o.last_order, k.last_contact) >= timestamptz '2026-08-25';
CREATE VIEW crm.customer_360 AS --: One row a customer with contact, loyalty and ticket figures.
SELECT c.customer_id, c.full_name, c.email, c.country, c.status, l.tier, l.points,
    (SELECT count(*) FROM crm.contact_log k WHERE k.customer_id = c.customer_id) AS contacts,
    (SELECT count(*) FROM crm.support_tickets t WHERE t.customer_id = c.customer_id AND t.solved_at IS NULL) AS open_tickets
FROM crm.customers c LEFT JOIN crm.loyalty_members l USING (customer_id);
CREATE VIEW crm.mailing_allowed AS --: Customers who may get the newsletter today.
SELECT c.customer_id, c.email FROM crm.customers c
JOIN crm.customer_consents s ON s.customer_id = c.customer_id AND s.purpose = 'newsletter' AND s.withdrawn_on IS NULL
WHERE c.email IS NOT NULL AND c.status <> 'closed';
