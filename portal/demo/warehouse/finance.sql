-- == tables
CREATE TABLE finance.gl_accounts (account integer PRIMARY KEY, name text NOT NULL);
CREATE TABLE finance.journal_lines ( --: General ledger, two lines an entry; month ends are heavy. A few entries do not balance. @generated
    entry_no bigint NOT NULL,
    side char(1) NOT NULL CHECK (side IN ('D', 'C')), --: D debit, C credit
    booked_on date NOT NULL, account integer NOT NULL,
    amount ref.amount NOT NULL, --: EUR, never negative
    cost_centre char(4)
);
CREATE TABLE finance.suppliers ( --: Creditors with their bank details. @generated
    supplier_id integer PRIMARY KEY, name text NOT NULL, country ref.country_code, iban text,
    contact_person text, contact_email ref.email
);
CREATE TABLE finance.invoices ( --: Incoming invoices. @generated
    invoice_no text NOT NULL, supplier_id integer NOT NULL, issued_on date NOT NULL, due_on date NOT NULL,
    paid_on date, --: Empty while open
    net_amount ref.amount NOT NULL,
    vat_rate numeric(4, 2) NOT NULL, --: 0.19 = 19 %
    currency char(3) NOT NULL,
    gross_amount numeric GENERATED ALWAYS AS (round(net_amount * (1 + vat_rate), 2)) STORED
);
CREATE TABLE finance.budgets (year smallint, account integer REFERENCES finance.gl_accounts, planned ref.amount, PRIMARY KEY (year, account));
CREATE TABLE finance.exchange_rates ( --: Closing rates on banking days. @generated
    rate_day date NOT NULL, currency char(3) NOT NULL,
    rate numeric(10, 5) NOT NULL --: Units of the currency for one euro
);

-- == keys
ALTER TABLE finance.journal_lines ADD PRIMARY KEY (entry_no, side), ADD FOREIGN KEY (account) REFERENCES finance.gl_accounts;
CREATE INDEX journal_month ON finance.journal_lines ((date_trunc('month', booked_on::timestamp)));
ALTER TABLE finance.invoices ADD PRIMARY KEY (invoice_no), ADD FOREIGN KEY (supplier_id) REFERENCES finance.suppliers;
CREATE INDEX invoices_open ON finance.invoices (due_on) WHERE paid_on IS NULL;
ALTER TABLE finance.exchange_rates ADD PRIMARY KEY (rate_day, currency);

-- == links
ALTER TABLE finance.exchange_rates ADD FOREIGN KEY (currency) REFERENCES ref.currencies;
ALTER TABLE finance.invoices ADD FOREIGN KEY (currency) REFERENCES ref.currencies;
ALTER TABLE finance.suppliers ADD FOREIGN KEY (country) REFERENCES ref.countries;

-- == views
CREATE VIEW finance.unbalanced_entries AS --: Journal entries whose debit and credit differ.
SELECT entry_no, sum(amount) FILTER (WHERE side = 'D') - sum(amount) FILTER (WHERE side = 'C') AS difference
FROM finance.journal_lines GROUP BY entry_no HAVING sum(CASE side WHEN 'D' THEN amount ELSE -amount END) <> 0;
CREATE VIEW finance.budget_use AS --: Booked against planned amounts by year and account.
SELECT b.year, a.name, b.planned, sum(j.amount) AS booked FROM finance.budgets b JOIN finance.gl_accounts a USING (account)
LEFT JOIN finance.journal_lines j ON j.account = b.account AND extract(year FROM j.booked_on) = b.year GROUP BY 1, 2, 3;
