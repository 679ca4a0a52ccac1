-- == tables
CREATE TABLE hr.employees ( --: Staff with attributes from the yearly survey. Attributes: @watson Names and numbers are invented.
    employee_no integer PRIMARY KEY, --: Personnel number
    age smallint CHECK (age BETWEEN 16 AND 80),
    attrition text, --: Yes if the person left within the year
    business_travel text, department text, distance_from_home smallint, education text, education_field text,
    gender text, job_level smallint, job_role text, job_satisfaction text, marital_status text,
    monthly_income integer, --: Gross, EUR
    over_time text, performance_rating text, stock_option_level smallint, total_working_years smallint,
    work_life_balance text, years_at_company smallint, years_in_current_role smallint,
    given_name text NOT NULL, family_name text NOT NULL,
    work_email ref.email UNIQUE,
    home_phone text, --: Private number, for emergencies
    national_id text, --: Number of the identity card
    bank_iban text --: Account for the salary
);
CREATE TABLE hr.payroll ( --: Monthly pay slips of the last twelve months. @generated
    employee_no integer NOT NULL,
    pay_month date NOT NULL, --: First day of the month
    gross_pay ref.amount NOT NULL,
    tax ref.amount NOT NULL,
    church_tax ref.amount, --: Only for members of a church: reveals religion
    net_pay numeric GENERATED ALWAYS AS (gross_pay - tax - coalesce(church_tax, 0)) STORED --: Paid out
);
CREATE TABLE hr.absences ( --: Days off with their reason. @generated
    absence_id integer PRIMARY KEY,
    employee_no integer NOT NULL REFERENCES hr.employees,
    first_day date NOT NULL,
    last_day date NOT NULL,
    reason text NOT NULL,
    icd10 text, --: Diagnosis code, where the sick note shows one
    CHECK (last_day >= first_day)
);

-- == keys
ALTER TABLE hr.payroll ADD PRIMARY KEY (employee_no, pay_month), ADD FOREIGN KEY (employee_no) REFERENCES hr.employees;
CREATE INDEX absences_employee ON hr.absences (employee_no, first_day);

-- == views
CREATE VIEW hr.headcount AS --: Staff and average pay by department, without names.
SELECT department, count(*) AS heads, round(avg(monthly_income)) AS average_income FROM hr.employees GROUP BY department;
