-- == tables
CREATE TABLE retail.shops ( --: Shops that appear in the grocery baskets. Attributes are generated.
    store_id integer NOT NULL, --: Number printed on the receipt
    code text NOT NULL, --: Five-digit shop code, S in front
    region text NOT NULL,
    format text NOT NULL CHECK (format IN ('city', 'super', 'hyper')), --: Size class
    sales_area_m2 integer, --: Square metres open to customers
    opened_on date
);
CREATE TABLE retail.households ( --: Households of the grocery panel 2017. Most have no demographics: they never filled in the form. @journey
    household_id integer NOT NULL,
    age text, --: Age band of the head of household
    income text, --: Income band, thousand USD a year
    home_ownership text, marital_status text, household_size text, household_comp text, kids_count text
);
CREATE TABLE retail.products ( --: The grocery assortment. @journey
    product_id bigint NOT NULL, --: Article number
    manufacturer_id integer,
    department text, --: Highest of three levels
    brand text, --: National or Private (our own brand)
    product_category text, --: Middle level
    product_type text, --: Lowest level
    package_size text
);
CREATE TABLE retail.grocery_transactions ( --: Lines of grocery baskets in 2017, households whose number 7 divides. Fuel is sold by volume: quantities of thousands are litres of fuel, not errors. @journey
    household_id integer NOT NULL,
    store_id integer NOT NULL,
    basket_id bigint NOT NULL,
    product_id bigint NOT NULL, --: Some numbers are missing from retail.products
    quantity integer, --: Units; zero for coupons at the till
    sales_value numeric(10, 2), --: What the shop received, USD
    retail_disc numeric(10, 2), --: Discount by loyalty card, USD
    coupon_disc numeric(10, 2), --: Discount by manufacturer's coupon, USD
    coupon_match_disc numeric(10, 2),
    week smallint CHECK (week BETWEEN 1 AND 53),
    bought_at timestamp --: Local time of the shop
);
CREATE TABLE retail.promotions ( --: Where products were displayed and mailed, by week and shop; the first 40,000 of 20.9 million rows. @journey
    product_id bigint NOT NULL, store_id integer NOT NULL,
    display_location text, --: Code of the display, 0 = none
    mailer_location text, --: Code of the place in the leaflet, 0 = none
    week smallint NOT NULL
);
CREATE TABLE retail.cafe_sales ( --: Pizzas sold in the shop cafés, 2015. @pizza
    receipt_no text NOT NULL, --: One receipt has one or more rows
    date date, time time, name text,
    size text, --: S, M, L, XL, XXL
    type text, price numeric(6, 2)
);
CREATE TABLE retail.b2b_sales ( --: Office supplies sold to business customers. @superstore
    sale_id integer PRIMARY KEY,
    ship_mode text, segment text, country text, city text, state text, postal_code text, region text,
    category text, sub_category text,
    sales numeric(12, 4), --: Net sales, USD
    quantity integer, discount numeric(4, 2),
    profit numeric(12, 4) --: Negative where the discount ate the margin
);

-- == keys
ALTER TABLE retail.shops ADD PRIMARY KEY (store_id), ADD UNIQUE (code);
ALTER TABLE retail.households ADD PRIMARY KEY (household_id);
ALTER TABLE retail.products ADD PRIMARY KEY (product_id);
CREATE INDEX products_category ON retail.products (department, product_category);
ALTER TABLE retail.grocery_transactions ADD PRIMARY KEY (basket_id, product_id),
    ADD FOREIGN KEY (household_id) REFERENCES retail.households, ADD FOREIGN KEY (store_id) REFERENCES retail.shops,
    ADD FOREIGN KEY (product_id) REFERENCES retail.products NOT VALID;
CREATE INDEX grocery_when ON retail.grocery_transactions USING brin (bought_at);
CREATE INDEX cafe_receipt ON retail.cafe_sales (receipt_no);

-- == views
CREATE VIEW retail.household_spend AS --: Spend and baskets of each household in 2017.
SELECT h.household_id, h.income, count(DISTINCT t.basket_id) AS baskets, sum(t.sales_value) AS spend_usd
FROM retail.households h LEFT JOIN retail.grocery_transactions t USING (household_id) GROUP BY 1, 2;
CREATE VIEW retail.orphan_articles AS --: Article numbers that were sold but are not in the assortment.
SELECT DISTINCT t.product_id FROM retail.grocery_transactions t
LEFT JOIN retail.products p USING (product_id) WHERE p.product_id IS NULL;
