-- == tables
CREATE TABLE health.nafld_patients ( --: Cohort of fatty liver disease, cases and controls. @nafld
    id integer, --: Subject of the study, pseudonymous
    age smallint, --: At entry, years
    male smallint, --: 1 = male
    weight real, --: Kilograms
    height real, --: Centimetres
    bmi real, --: Body mass index
    case_id integer, --: The case to which a control was matched
    futime integer, --: Days of follow-up
    status smallint --: 1 = dead at the end of follow-up
);
CREATE TABLE health.nafld_labs ( --: Laboratory values of the liver cohort. 3,817 rows repeat subject, day and test. @nafld
    id integer NOT NULL, days integer NOT NULL, --: Days from entry, may be negative
    test text NOT NULL, --: hdl, chol, sbp, smoke, …
    value real
);
CREATE TABLE health.nafld_events ( --: Diagnoses during follow-up of the liver cohort. @nafld
    id integer NOT NULL, days integer NOT NULL, event text NOT NULL
);
CREATE TABLE health.diabetic_eyes ( --: Trial of laser treatment against blindness in diabetes, two eyes a patient. @survival
    id integer, laser text, age smallint, eye text,
    trt smallint, --: 1 = treated eye
    risk smallint, --: 6 to 12
    time real, --: Months to loss of vision or last visit
    status smallint
);
CREATE TABLE health.liver_visits ( --: Repeated laboratory values in primary biliary cirrhosis. @survival
    id integer, futime integer, status smallint, trt smallint, age real, sex char(1), day integer, ascites smallint,
    hepato smallint, spiders smallint, edema real,
    bili real, --: Serum bilirubin, mg/dl
    chol real, albumin real, alk_phos real, ast real, platelet real, protime real, stage smallint
);
CREATE TABLE health.transplant_waitlist ( --: Liver transplant waiting list 1990-1999. @survival
    age real, sex char(1), abo text, year smallint, futime integer, event text
);
CREATE TABLE health.ercp_trial ( --: Trial of indomethacin against pancreatitis after ERCP.
    id integer, site text, age smallint, risk real, gender text, outcome text, sod text, pep text, recpanc text,
    psphinc text, precut text, difcan text, pneudil text, amp text, paninj text, acinar text, brush text, asa81 text,
    asa325 text, asa text, prophystent text, therastent text, pdstent text, sodsom text, bsphinc text, bstent text,
    chole text, pbmal text, train text, status text, type text, rx text, bleed real
);
CREATE TABLE health.covid_tests ( --: SARS-CoV-2 tests of a children's hospital in 2020. One age is 138, some turnaround times are negative. @covid
    subject_id integer, --: The same subject may be tested again
    fake_first_name text, --: Pseudonym
    fake_last_name text, --: Pseudonym
    gender text,
    pan_day smallint, --: Day of the pandemic, from 1
    test_id text, clinic_name text,
    result text, --: positive, negative or invalid
    demo_group text, age real, drive_thru_ind smallint,
    ct_result real, --: Cycle threshold; 45 = nothing found
    orderset smallint, payor_group text, patient_class text,
    col_rec_tat real, --: Hours from collection to receipt
    rec_ver_tat real --: Hours from receipt to verification
);
CREATE TABLE health.cgm_readings ( --: Five-minute glucose readings of one person. Text, because the sensor writes error words into the numbers. @glucose
    measured_at timestamp, --: Local time; three moments occur twice
    sensor_signal text, --: Nanoampere, or an error word
    glucose text --: mg/dl
);
CREATE TABLE health.patients ( --: Patients of the occupational health service. Special category data. @generated
    patient_id integer NOT NULL,
    insurance_no text NOT NULL, --: Number of the health insurance card
    given_name text NOT NULL, family_name text NOT NULL,
    birth_date date NOT NULL,
    sex char(1) CHECK (sex IN ('f', 'm', 'x')),
    phone text, email ref.email, city text,
    blood_group text,
    employee_no integer --: hr.employees; empty for family members
);
CREATE TABLE health.visits ( --: Consultations with findings in the doctor's words. @generated
    visit_id bigint NOT NULL, patient_id integer NOT NULL,
    seen_at timestamptz NOT NULL,
    icd10 text, --: Diagnosis, ICD-10
    findings text, --: Free text of the doctor
    systolic smallint, --: mmHg
    weight_kg numeric(5, 1),
    height_cm numeric(6, 2), --: One in a hundred was typed in metres
    fit_for_work boolean
);
CREATE TABLE health.insurance_claims ( --: Claims to the insurers. @generated
    claim_id bigint NOT NULL, patient_id integer NOT NULL, filed_on date NOT NULL, icd10 text,
    billed ref.amount NOT NULL, --: EUR
    paid ref.amount, --: EUR; empty while undecided
    CHECK (paid <= billed)
);

-- == keys
ALTER TABLE health.nafld_patients ADD PRIMARY KEY (id);
CREATE INDEX nafld_labs_subject ON health.nafld_labs (id);
CREATE INDEX nafld_events_subject ON health.nafld_events (id);
CREATE INDEX covid_subject ON health.covid_tests (subject_id);
CREATE INDEX cgm_when ON health.cgm_readings (measured_at);
ALTER TABLE health.patients ADD PRIMARY KEY (patient_id);
CREATE INDEX patients_name ON health.patients (lower(family_name), birth_date);
ALTER TABLE health.visits ADD PRIMARY KEY (visit_id), ADD FOREIGN KEY (patient_id) REFERENCES health.patients;
ALTER TABLE health.insurance_claims ADD PRIMARY KEY (claim_id), ADD FOREIGN KEY (patient_id) REFERENCES health.patients;
CREATE INDEX claims_undecided ON health.insurance_claims (filed_on) WHERE paid IS NULL;

-- == links
ALTER TABLE health.patients ADD FOREIGN KEY (employee_no) REFERENCES hr.employees;

-- == views
CREATE VIEW health.latest_labs AS --: The last value of each test for each subject of the liver cohort.
SELECT DISTINCT ON (id, test) id, test, days, value FROM health.nafld_labs ORDER BY id, test, days DESC;
CREATE MATERIALIZED VIEW health.lab_summary AS --: Distribution of each laboratory test. No subjects, may be shown to all.
SELECT test, count(*) AS n, avg(value) AS mean, stddev(value) AS sd FROM health.nafld_labs GROUP BY test;
CREATE VIEW health.glucose_clean AS --: Glucose readings that are numbers, one for each moment.
SELECT measured_at, max(glucose::numeric) AS glucose FROM health.cgm_readings
WHERE glucose ~ '^[0-9.]+$' GROUP BY measured_at;
