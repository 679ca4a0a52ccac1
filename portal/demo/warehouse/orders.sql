-- == tables
CREATE TABLE retail.orders ( --: Every order in shop, web, app and by phone since November 2021, one row each; partitioned by year. The shop systems were down on 11 days: see ref.calendar. @generated
    order_id bigint NOT NULL, --: Rises with time
    ordered_at timestamptz NOT NULL, --: When the customer confirmed
    customer_id bigint NOT NULL,
    channel ref.channel NOT NULL,
    status ref.order_status NOT NULL,
    ship_country ref.country_code NOT NULL,
    gross_amount ref.amount NOT NULL, --: Sum of the lines after discount, VAT included, EUR
    voucher_code text,
    delivered_at timestamptz
) PARTITION BY RANGE (ordered_at);
CREATE TABLE retail.orders_2021 PARTITION OF retail.orders FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');
CREATE TABLE retail.orders_2022 PARTITION OF retail.orders FOR VALUES FROM ('2022-01-01') TO ('2023-01-01');
CREATE TABLE retail.orders_2023 PARTITION OF retail.orders FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
CREATE TABLE retail.orders_2024 PARTITION OF retail.orders FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE retail.orders_2025 PARTITION OF retail.orders FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE retail.orders_2026 PARTITION OF retail.orders FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE retail.order_lines ( --: Articles of each order. A few quantities are typing errors, a few articles are gone from the assortment. @generated
    order_id bigint NOT NULL,
    line_no smallint NOT NULL, --: Position in the order, from 1
    product_id bigint NOT NULL,
    quantity integer NOT NULL CHECK (quantity > 0), --: Units; above 1,000 is a typing error, the order's amount is right
    unit_price ref.amount NOT NULL, --: Price at the time of the order, VAT included, EUR
    discount numeric(4, 2) NOT NULL DEFAULT 0 CHECK (discount BETWEEN 0 AND 1), --: Share of the price, 0.10 = 10 %
    line_amount numeric GENERATED ALWAYS AS (round(quantity * unit_price * (1 - discount), 2)) STORED --: What the customer pays for the line
);
CREATE TABLE retail.payments ( --: Payments as the provider reports them. Some came twice under the same provider reference. @generated
    payment_id bigint NOT NULL,
    order_id bigint NOT NULL,
    paid_at timestamptz NOT NULL,
    method text NOT NULL,
    amount ref.amount NOT NULL,
    card_last4 char(4), --: Last four digits, card payments only
    provider_ref text NOT NULL --: Reference of the payment provider; should be unique and is not
);
CREATE TABLE retail.returns ( --: Articles sent back.
    return_id bigint NOT NULL, order_id bigint NOT NULL, line_no smallint NOT NULL,
    returned_on date NOT NULL, reason text, refund ref.amount
);
CREATE TABLE retail.daily_sales ( --: Orders and revenue by day and channel; feeds the sales report. Gaps: 14-16 Aug 2022, 29 Feb 2024, 3-9 Nov 2025. @generated
    sales_day date NOT NULL,
    channel ref.channel NOT NULL,
    orders integer NOT NULL,
    revenue ref.amount NOT NULL --: Gross, EUR, cancelled orders included
);
CREATE TABLE retail.price_history ( --: List prices with their validity. @generated
    product_id bigint NOT NULL,
    valid_from date NOT NULL,
    valid_to date, --: Last day; empty for the price of today
    price ref.amount NOT NULL,
    CHECK (valid_to >= valid_from)
);
CREATE TABLE retail.stock_month_end ( --: Stock count on the last day of each month. @generated
    counted_on date NOT NULL, product_id bigint NOT NULL,
    depot char(3) NOT NULL, --: HAM Hamburg, ROT Rotterdam, LYO Lyon
    units integer NOT NULL,
    unit_cost ref.amount NOT NULL,
    stock_value numeric GENERATED ALWAYS AS (units * unit_cost) STORED --: At cost, EUR
);

-- == keys
ALTER TABLE retail.orders ADD PRIMARY KEY (order_id, ordered_at);
CREATE INDEX orders_customer ON retail.orders (customer_id);
CREATE INDEX orders_open ON retail.orders (status) WHERE status IN ('open', 'paid');
ALTER TABLE retail.order_lines ADD PRIMARY KEY (order_id, line_no);
CREATE INDEX order_lines_product ON retail.order_lines (product_id);
ALTER TABLE retail.payments ADD PRIMARY KEY (payment_id);
CREATE INDEX payments_order ON retail.payments (order_id);
CREATE INDEX payments_month ON retail.payments (date_trunc('month', paid_at AT TIME ZONE 'UTC'));
ALTER TABLE retail.returns ADD PRIMARY KEY (return_id), ADD FOREIGN KEY (order_id, line_no) REFERENCES retail.order_lines;
ALTER TABLE retail.daily_sales ADD PRIMARY KEY (sales_day, channel);
ALTER TABLE retail.price_history ADD PRIMARY KEY (product_id, valid_from);
CREATE UNIQUE INDEX price_history_one_current ON retail.price_history (product_id) WHERE valid_to IS NULL;
ALTER TABLE retail.stock_month_end ADD PRIMARY KEY (counted_on, product_id);

-- == links
ALTER TABLE retail.orders ADD FOREIGN KEY (customer_id) REFERENCES crm.customers;
ALTER TABLE retail.orders ADD FOREIGN KEY (ship_country) REFERENCES ref.countries;
ALTER TABLE retail.order_lines ADD FOREIGN KEY (product_id) REFERENCES retail.products NOT VALID;
ALTER TABLE retail.price_history ADD FOREIGN KEY (product_id) REFERENCES retail.products;
ALTER TABLE retail.stock_month_end ADD FOREIGN KEY (product_id) REFERENCES retail.products;

-- == views
CREATE VIEW retail.open_orders AS --: Orders that wait to be shipped.
SELECT order_id, ordered_at, customer_id, gross_amount FROM retail.orders WHERE status IN ('open', 'paid');
CREATE VIEW retail.double_payments AS --: Provider references that were paid more than once, with the surplus.
SELECT provider_ref, count(*) AS times, sum(amount) - min(amount) AS surplus
FROM retail.payments GROUP BY provider_ref HAVING count(*) > 1;
