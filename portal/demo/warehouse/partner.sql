-- == tables
CREATE TABLE partner.vendors (vendor_id integer PRIMARY KEY, name text NOT NULL UNIQUE, country char(2), contact text);
CREATE TABLE partner.licences ( --: What each vendor allows, for how long, for how much. @generated
    vendor_id integer NOT NULL REFERENCES partner.vendors,
    data_set text PRIMARY KEY, --: Schema and table
    terms text NOT NULL, --: Short form; the contract decides
    valid_from date NOT NULL,
    valid_until date, --: Last day; empty without end
    fee_eur_a_year integer NOT NULL,
    CHECK (valid_until > valid_from)
);
CREATE TABLE partner.bureau_scores ( --: LICENSED, Halden Credit Bureau: credit decisions only, no marketing; until 31 Dec 2026. Knows 60 % of our accounts and 2,000 of others. @generated
    "custAcctNo" char(10) NOT NULL, --: Same number as lending.accounts.cust_acct_no
    bureau_score smallint CHECK (bureau_score BETWEEN 0 AND 1000), --: 0 worst, 1,000 best
    open_credits_elsewhere smallint, insolvency boolean, as_of date NOT NULL
);
CREATE TABLE partner.household_enrichment ( --: LICENSED, Geolytik Household Data: own marketing in the EU, no resale. The licence ran out on 30 Sep 2026. @generated
    customer_id bigint NOT NULL,
    purchasing_power ref.amount, --: Estimate, EUR a year
    household_size smallint, life_phase text, car_owner boolean, delivered_on date
);
CREATE TABLE partner.population ( --: Population by country, sex and age group, 2015-2030. @unpop
    loc_id integer, location text, year smallint, sex text, age_grp text, age_grp_start smallint,
    value bigint --: Persons
);
CREATE TABLE partner.stock_prices ( --: Daily prices of five US shares 2000-2013. @prices
    ticker text NOT NULL, date date NOT NULL, open numeric(12, 4), high numeric(12, 4), low numeric(12, 4),
    close numeric(12, 4), volume bigint,
    adj_close numeric(14, 6) --: Adjusted for splits and dividends
);
CREATE TABLE partner.co2_emissions ( --: Emissions of carbon dioxide by country. @emissions
    country text, year smallint,
    tonnes_per_head real --: Tonnes a person and year
);

-- == keys
ALTER TABLE partner.bureau_scores ADD PRIMARY KEY ("custAcctNo");
ALTER TABLE partner.household_enrichment ADD PRIMARY KEY (customer_id);
ALTER TABLE partner.stock_prices ADD PRIMARY KEY (ticker, date);
CREATE INDEX population_place ON partner.population (loc_id, year);

-- == views
CREATE VIEW partner.expired_licences AS --: Licences that have run out; stop using the data sets.
SELECT data_set, terms, valid_until FROM partner.licences WHERE valid_until < current_date;
