-- == views
CREATE VIEW mart.dim_date AS --: Calendar for reports.
SELECT day, year, month, weekday, is_month_end FROM ref.calendar;
CREATE VIEW mart.dim_customer AS --: Customers without contact details, for reports.
SELECT customer_id, customer_no, country, status, registered_on, extract(year FROM birth_date)::int AS birth_year FROM crm.customers;
CREATE VIEW mart.dim_product AS --: Products with their category path.
SELECT product_id, department, product_category, product_type, concat_ws(' / ', department, product_category, product_type) AS path
FROM retail.products;
CREATE VIEW mart.fct_sales AS --: One row an order line, cancelled orders left out.
SELECT o.order_id, l.line_no, o.ordered_at::date AS day, o.customer_id, o.channel, o.ship_country, l.product_id, l.quantity,
    l.line_amount --: EUR, VAT included
FROM retail.orders o JOIN retail.order_lines l USING (order_id) WHERE o.status <> 'cancelled';
CREATE MATERIALIZED VIEW mart.daily_sales_totals AS --: Revenue, lines and buyers by day. Refreshed every night.
SELECT day, sum(line_amount) AS revenue, count(*) AS lines, count(DISTINCT customer_id) AS buyers FROM mart.fct_sales GROUP BY day;
CREATE MATERIALIZED VIEW mart.monthly_revenue AS --: Revenue by month, country and channel.
SELECT date_trunc('month', ordered_at)::date AS month, ship_country, channel, sum(gross_amount) AS revenue, count(*) AS orders
FROM retail.orders WHERE status <> 'cancelled' GROUP BY 1, 2, 3;
CREATE VIEW mart.revenue_by_country AS --: Revenue by year and country, with the country's name.
SELECT extract(year FROM m.month)::int AS year, c.name AS country, sum(m.revenue) AS revenue
FROM mart.monthly_revenue m JOIN ref.countries c ON c.code = m.ship_country GROUP BY 1, 2;
CREATE VIEW mart.revenue_growth AS --: Growth of revenue over the year before, by country.
SELECT year, country, revenue, round(100 * (revenue / lag(revenue) OVER (PARTITION BY country ORDER BY year) - 1), 1) AS growth_percent
FROM mart.revenue_by_country;
CREATE VIEW mart.active_customers AS --: Active customers as the board counts them. Follows Customer Service's definition.
SELECT customer_id, country, last_seen_at FROM crm.active_customers;
CREATE VIEW mart.customer_value AS --: Orders and revenue of each customer since 2021.
SELECT c.customer_id, c.country, count(o.order_id) AS orders, coalesce(sum(o.gross_amount), 0) AS revenue, max(o.ordered_at) AS last_order
FROM mart.dim_customer c LEFT JOIN retail.orders o USING (customer_id) GROUP BY 1, 2;
CREATE VIEW mart.churn_watch AS --: Valuable customers whom the churn model gives up.
SELECT v.customer_id, v.revenue, f.engagement_score FROM mart.customer_value v
JOIN features.customer_churn_features f USING (customer_id) WHERE v.revenue > 500 AND f.engagement_score < 0.2;
CREATE MATERIALIZED VIEW mart.credit_exposure AS --: Open principal by country and score band.
SELECT c.country, width_bucket(s.score, 300, 850, 11) AS band, count(*) AS accounts, sum(a.prin_amt) AS principal
FROM lending.accounts a JOIN crm.customers c ON c.customer_id = a.cust_no LEFT JOIN lending.latest_scores s ON s.customer_id = a.cust_no
WHERE a.acct_stat_cd = 'O' GROUP BY 1, 2;
CREATE VIEW mart.delivery_punctuality AS --: Share of shipments on time, by month.
SELECT date_trunc('month', promised_on)::date AS month, count(*) AS shipments,
    round(100.0 * count(*) FILTER (WHERE delivered_on <= promised_on) / count(*), 1) AS on_time_percent
FROM fleet.shipments GROUP BY 1;
CREATE VIEW mart.board_dashboard AS --: The four figures of the board's Monday meeting.
SELECT (SELECT sum(revenue) FROM mart.daily_sales_totals WHERE day > date '2026-10-24') AS revenue_30_days,
    (SELECT count(*) FROM mart.active_customers) AS active_customers,
    (SELECT sum(principal) FROM mart.credit_exposure) AS open_principal,
    (SELECT on_time_percent FROM mart.delivery_punctuality ORDER BY month DESC LIMIT 1) AS on_time_percent;
CREATE UNIQUE INDEX daily_sales_totals_day ON mart.daily_sales_totals (day);
CREATE INDEX monthly_revenue_month ON mart.monthly_revenue (month, ship_country);
