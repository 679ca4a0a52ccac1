-- == tables
CREATE TYPE ref.channel AS ENUM ('store', 'web', 'app', 'phone');
CREATE TYPE ref.order_status AS ENUM ('open', 'paid', 'shipped', 'delivered', 'cancelled', 'returned');
CREATE TYPE ref.severity AS ENUM ('info', 'warning', 'critical');
CREATE DOMAIN ref.email AS text CHECK (VALUE ~ '^[^@\s]+@[^@\s]+$');
CREATE DOMAIN ref.amount AS numeric(14, 2);
CREATE DOMAIN ref.country_code AS char(2) CHECK (VALUE ~ '^[A-Z]{2}$');
COMMENT ON DOMAIN ref.email IS 'An e-mail address; checked for its @ alone.';
COMMENT ON DOMAIN ref.amount IS 'Money in the currency of the row, two decimals.';
COMMENT ON TYPE ref.order_status IS 'Life of an order; cancelled and returned are final.';
CREATE TABLE ref.currencies ( --: Currencies in which we buy, sell or report (ISO 4217).
    code char(3) PRIMARY KEY, --: ISO 4217 code
    name text NOT NULL
);
CREATE TABLE ref.countries ( --: Countries in which the company has customers or suppliers.
    code ref.country_code PRIMARY KEY, --: ISO 3166-1 alpha-2 code
    name text NOT NULL UNIQUE, --: English short name
    currency char(3) NOT NULL REFERENCES ref.currencies, --: Currency of account in that country
    eu_member boolean NOT NULL --: Member of the European Union, as of today
);
CREATE TABLE ref.calendar ( --: One row a day. Join it to find days without data. @generated
    day date PRIMARY KEY,
    year smallint NOT NULL,
    month smallint NOT NULL,
    weekday smallint NOT NULL CHECK (weekday BETWEEN 1 AND 7), --: 1 = Monday
    is_month_end boolean NOT NULL, --: One of the last three days of the month: expect peaks
    systems_down boolean NOT NULL --: The shop systems were down all day; no sales are expected
);
CREATE TABLE ref.cities ( --: Cities of the world above 5,000 inhabitants, a sample of one sixth. @geonames
    city_id integer PRIMARY KEY,
    name text NOT NULL,
    lat double precision NOT NULL, --: Latitude, degrees, WGS 84
    lon double precision NOT NULL --: Longitude, degrees, WGS 84
);

-- == keys
CREATE INDEX cities_name_lower ON ref.cities (lower(name));
