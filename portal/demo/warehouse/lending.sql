-- == tables
CREATE TABLE lending.loans ( --: Loan book bought from Lending Club in 2018, all attributes of the seller. @lendingclub
    loan_id integer PRIMARY KEY,
    emp_title text, --: Job as the applicant typed it
    emp_length smallint, --: Years in the job, 10 = ten or more
    state char(2), homeownership text,
    annual_income numeric(12, 2), --: USD, stated by the applicant; heavily skewed
    verified_income text,
    debt_to_income real, --: Monthly debt to monthly income, per cent
    annual_income_joint numeric(12, 2), verification_income_joint text, debt_to_income_joint real, delinq_2y smallint,
    months_since_last_delinq smallint, earliest_credit_line smallint, inquiries_last_12m smallint, total_credit_lines smallint,
    open_credit_lines smallint, total_credit_limit integer, total_credit_utilized integer, num_collections_last_12m smallint,
    num_historical_failed_to_pay smallint, months_since_90d_late smallint, current_accounts_delinq smallint,
    total_collection_amount_ever integer, current_installment_accounts smallint, accounts_opened_24m smallint,
    months_since_last_credit_inquiry smallint, num_satisfactory_accounts smallint, num_accounts_120d_past_due smallint,
    num_accounts_30d_past_due smallint, num_active_debit_accounts smallint, total_debit_limit integer,
    num_total_cc_accounts smallint, num_open_cc_accounts smallint, num_cc_carrying_balance smallint, num_mort_accounts smallint,
    account_never_delinq_percent real, tax_liens smallint, public_record_bankrupt smallint, loan_purpose text, application_type text,
    loan_amount integer NOT NULL, --: USD
    term smallint, --: Months
    interest_rate real, --: Per cent a year
    installment numeric(10, 2), grade char(1), sub_grade char(2), issue_month text,
    loan_status text, --: Current, Fully Paid, Late …, Charged Off
    initial_listing_status text, disbursement_method text, balance numeric(12, 2), paid_total numeric(12, 2),
    paid_principal numeric(12, 2), paid_interest numeric(12, 2), paid_late_fees numeric(12, 2)
);
CREATE TABLE lending.applications_2016 ( --: Applications of the first quarter 2016 with their outcome. @lendingclub
    funded_amnt integer, term text, int_rate real, sub_grade char(2), addr_state char(2), verification_status text,
    annual_inc numeric(12, 2), emp_length text, delinq_2yrs smallint, inq_last_6mths smallint, revol_util real,
    acc_now_delinq smallint, open_il_6m smallint, open_il_12m smallint, open_il_24m smallint, total_bal_il integer,
    all_util smallint, inq_fi smallint, inq_last_12m smallint, delinq_amnt integer, num_il_tl smallint,
    total_il_high_credit_limit integer,
    class text --: good or bad: the label
);
CREATE TABLE lending.credit_applicants ( --: Applicants of a car lender with the outcome. @credit
    status text, --: good or bad: the label
    seniority smallint, --: Years in the job
    home text, time smallint, age smallint, marital text, records text, job text, expenses integer, income integer,
    assets integer, debt integer, amount integer, price integer
);
CREATE TABLE lending.german_credit ( --: A thousand applicants of a German bank; sex and nationality are among the columns. @german
    status_of_existing_checking_account text, duration_in_month smallint, credit_history text, purpose text,
    credit_amount integer, --: Deutsche Mark
    savings_account_and_bonds text, present_employment_since text, installment_rate smallint,
    personal_status_and_sex text, --: Must not enter a score: General Equal Treatment Act
    other_debtors_or_guarantors text, present_residence_since smallint, property text, age_in_years smallint,
    other_installment_plans text, housing text, existing_credits smallint, job text, people_liable smallint, telephone text,
    foreign_worker text, creditability text
);
CREATE TABLE lending.accounts ( --: Loan accounts of our customers, from the core banking system; its abbreviations were kept. @generated
    cust_acct_no char(10) NOT NULL, --: Account number
    cust_no bigint NOT NULL, --: crm.customers.customer_id
    opn_dt date NOT NULL, --: Opening date
    mat_dt date NOT NULL, --: Maturity date
    prin_amt ref.amount NOT NULL, --: Principal, EUR
    int_rt numeric(6, 4) NOT NULL, --: Interest rate, 0.0790 = 7.9 % a year
    term_mths smallint NOT NULL,
    acct_stat_cd char(1) NOT NULL CHECK (acct_stat_cd IN ('O', 'C', 'D')) --: O open, C closed, D defaulted
);
CREATE TABLE lending.borrowers ( --: Persons behind the accounts, as the loan application captured them.
    "custAcctNo" char(10) NOT NULL, --: Same number as lending.accounts.cust_acct_no
    forename text NOT NULL, surname text NOT NULL, "dateOfBirth" date, "eMail" text, "mobilePhone" text, "accountIBAN" text,
    "annualIncome" numeric(12, 2), --: EUR, as stated
    "maritalStatus" text,
    nationality char(2)
);
CREATE TABLE lending.repayments ( --: Payments on loan accounts; most fall on the last three days of the month. Some account numbers are unknown. @generated
    pmt_id bigint NOT NULL,
    cust_acct_no char(10) NOT NULL,
    pmt_dt date NOT NULL, --: Booking date
    pmt_amt ref.amount NOT NULL,
    days_past_due smallint NOT NULL
);
CREATE TABLE lending.credit_scores ( --: Our own credit score. Restricted: only Credit Risk may see single scores. @generated
    customer_id bigint NOT NULL,
    scored_on date NOT NULL,
    score smallint NOT NULL CHECK (score BETWEEN 300 AND 850), --: 300 worst, 850 best
    default_probability numeric(7, 5) NOT NULL, --: Within twelve months
    model_version text NOT NULL
);
CREATE TABLE lending.collateral ( --: Securities pledged for a loan. @generated
    collateral_id integer PRIMARY KEY, cust_acct_no char(10) NOT NULL, kind text NOT NULL,
    value_eur ref.amount NOT NULL CHECK (value_eur > 0),
    valued_on date --: Day of the last valuation
);

-- == keys
ALTER TABLE lending.accounts ADD PRIMARY KEY (cust_acct_no), ADD UNIQUE (cust_no);
CREATE INDEX accounts_open ON lending.accounts (mat_dt) WHERE acct_stat_cd = 'O';
ALTER TABLE lending.borrowers ADD PRIMARY KEY ("custAcctNo"), ADD FOREIGN KEY ("custAcctNo") REFERENCES lending.accounts;
ALTER TABLE lending.repayments ADD PRIMARY KEY (pmt_id), ADD FOREIGN KEY (cust_acct_no) REFERENCES lending.accounts NOT VALID;
CREATE INDEX repayments_account ON lending.repayments (cust_acct_no, pmt_dt);
ALTER TABLE lending.credit_scores ADD PRIMARY KEY (customer_id, scored_on);
ALTER TABLE lending.collateral ADD FOREIGN KEY (cust_acct_no) REFERENCES lending.accounts;

-- == links
ALTER TABLE lending.accounts ADD FOREIGN KEY (cust_no) REFERENCES crm.customers;
ALTER TABLE lending.credit_scores ADD FOREIGN KEY (customer_id) REFERENCES crm.customers;

-- == views
CREATE VIEW lending.active_customers AS --: Credit Risk's view of an active customer: holds at least one open loan account.
SELECT DISTINCT cust_no AS customer_id FROM lending.accounts WHERE acct_stat_cd = 'O';
CREATE VIEW lending.latest_scores AS --: The last score of each customer.
SELECT DISTINCT ON (customer_id) customer_id, score, default_probability, scored_on
FROM lending.credit_scores ORDER BY customer_id, scored_on DESC;
CREATE VIEW lending.portfolio_risk AS --: Principal and expected loss of open accounts by term.
SELECT a.term_mths, count(*) AS accounts, sum(a.prin_amt) AS principal,
    round(sum(a.prin_amt * s.default_probability), 2) AS expected_loss --: At a loss given default of 100 %
FROM lending.accounts a LEFT JOIN lending.latest_scores s ON s.customer_id = a.cust_no
WHERE a.acct_stat_cd = 'O' GROUP BY 1;
