"""What the people of the demo company have written and decided about single assets, by schema and table."""

from typing import NamedTuple


class Remark(NamedTuple):
    """A text in Markdown and the key of its author."""

    author: str
    text: str


CUSTOMERS, ORDERS = "crm.customers", "retail.orders"

DESCRIPTIONS = {
    CUSTOMERS: Remark(
        "stefan",
        "The **master of customer data**. One row for every person who ever registered, in any channel.\n\n"
        "- Join on `customer_id`; letters and invoices show `customer_no`.\n"
        "- Some people registered twice: compare name, birth date and IBAN before you count heads.\n"
        "- `birth_date` 1900-01-01 means *unknown*.\n\n"
        "Use `mart.dim_customer` when you do not need contact details.",
    ),
    ORDERS: Remark(
        "ana",
        "Every order since November 2021, all channels. **Cancelled orders are included**: filter on `status`, "
        "or use `mart.fct_sales`.\n\nThe shop systems were down on 14-16 Aug 2022, 29 Feb 2024 and 3-9 Nov 2025. "
        "No orders on these days is right, not a fault.",
    ),
    "retail.daily_sales": Remark(
        "ana",
        "Revenue by day and channel, *gross and with cancelled orders*. For net ones take `mart.daily_sales_totals`.",
    ),
    "crm.contact_log": Remark(
        "stefan",
        "What agents typed during a contact. `body` is free text: it holds phone numbers, IBANs and remarks on health. "
        "Do not copy it into notebooks.",
    ),
    "crm.active_customers": Remark(
        "stefan",
        "**Customer Service's definition**: not closed, and an order or a contact in the last 90 days. Marketing and "
        "Lending count differently; see `marketing.active_customers` and `lending.active_customers`.",
    ),
    "marketing.active_customers": Remark(
        "nina",
        "**Marketing's definition**: reacted to a newsletter within 365 days. Not the board's figure.",
    ),
    "lending.active_customers": Remark("tom", "**Credit Risk's definition**: at least one open account."),
    "lending.credit_scores": Remark(
        "tom",
        "Our own score, recomputed twice a year. `model_version` changed from v2.3 to v3.0 in June 2026: do not "
        "compare scores over that border without recalibration.",
    ),
    "partner.household_enrichment": Remark(
        "claire",
        "Licensed from Geolytik. **The licence ran out on 30 September 2026.** Stop using it until it is renewed.",
    ),
    "fleet.gps_pings": Remark(
        "paolo",
        "Positions of our own vehicles. Trackers with firmware 4.2 send fewer positions since 12 October 2026; "
        "a ticket with the vendor is open.",
    ),
    "iot.temperature_readings": Remark(
        "emil",
        "One row an hour and sensor. Leave out 999.9 (broken cable). Sensor 17 seems to drift; it awaits calibration.",
    ),
    "features.customer_churn_features": Remark(
        "grace",
        "Input of the churn model, version 3. Nine measures over windows of 7, 30, 90, 180 and 365 days, "
        "as of `computed_on`. Recomputed every night.",
    ),
    "health.visits": Remark("miriam", "Consultations. Findings are free text under medical confidentiality."),
    "mart.board_dashboard": Remark(
        "ana",
        "The four figures of the board's Monday meeting. Change nothing here without asking.",
    ),
}
"""By schema.table."""

COLUMNS = {
    (CUSTOMERS, "status"): "Set by hand in customer service. *Not* the same as any definition of an active customer.",
    (CUSTOMERS, "country"): "Country of the billing address at registration; it does not follow a move.",
    (ORDERS, "voucher_code"): "V and four digits; empty for most orders. Codes are used again after a year.",
    (ORDERS, "delivered_at"): "First attempt at delivery, not the signature.",
    ("retail.payments", "method"): "card, direct debit, invoice, wallet or cash (shops only).",
    ("lending.accounts", "term_mths"): "Agreed term in months; 12, 24, 36 or 60.",
}
"""(schema.table, column) -> text, where the warehouse itself says nothing."""

OWNERS = {
    CUSTOMERS: ("owner", "stefan"),
    ORDERS: ("owner", "ana"),
    "crm.contact_log": ("steward", "stefan"),
    "lending.credit_scores": ("owner", "tom"),
    "fleet.gps_pings": ("custodian", "emil"),
    "iot.temperature_readings": ("custodian", "emil"),
    "features.credit_risk_features": ("owner", "grace"),
    "health.patients": ("owner", "miriam"),
}

CERTIFIED = {
    CUSTOMERS: ("stefan", "Checked against the shop system in October 2026."),
    ORDERS: ("stefan", "Complete but for the known outages."),
    "mart.fct_sales": ("stefan", "The basis of every sales report."),
    "mart.daily_sales_totals": ("stefan", ""),
    "ref.calendar": ("stefan", ""),
    "lending.accounts": ("tom", "Reconciled with core banking every month."),
    "fleet.vehicles": ("paolo", ""),
}

DEPRECATED = {
    "crm.customers_bak_2023": ("stefan", "Old copy with personal data. Use crm.customers; deletion is planned."),
    "marketing.mailing_list": ("stefan", "Unsynchronised copy. Use crm.mailing_allowed, which respects consents."),
    "crm.legacy_purchases": ("stefan", "Data of the CD shop; kept for teaching only."),
}

CLASSIFIED = {
    "ref.calendar": ("stefan", "public", ""),
    "ref.countries": ("stefan", "public", ""),
    "ref.currencies": ("stefan", "public", ""),
    "ops.airports": ("stefan", "public", ""),
    "ops.flights": ("stefan", "public", "Published by the authorities."),
    "partner.population": ("stefan", "public", ""),
    "partner.co2_emissions": ("stefan", "public", ""),
    "retail.shops": ("stefan", "public", ""),
    "retail.products": ("stefan", "internal", ""),
    "retail.daily_sales": ("stefan", "internal", "No customer can be recognised in it."),
    "mart.fct_sales": ("stefan", "internal", ""),
    "mart.daily_sales_totals": ("stefan", "internal", ""),
    ORDERS: ("stefan", "confidential", "What single customers bought."),
    CUSTOMERS: ("stefan", "confidential", "Names, addresses, birth dates and bank accounts."),
    "crm.contact_log": ("claire", "restricted", "Free text that holds remarks on health."),
    "crm.customers_bak_2023": ("claire", "confidential", ""),
    "lending.accounts": ("claire", "confidential", ""),
    "lending.credit_scores": ("claire", "restricted", "Decides about people's loans."),
    "hr.payroll": ("claire", "restricted", "Salaries."),
    "health.patients": ("claire", "restricted", "Health data, Art. 9 GDPR."),
    "health.visits": ("claire", "restricted", "Health data, Art. 9 GDPR."),
    "fleet.gps_pings": ("stefan", "confidential", "Shows where drivers are."),
    "iot.temperature_readings": ("stefan", "internal", ""),
}
"""(person, level, note) by schema.table."""

FOLLOWED = {
    "ana": (ORDERS, "retail.daily_sales", CUSTOMERS, "mart.daily_sales_totals"),
    "stefan": (CUSTOMERS, "crm.contact_log", "crm.active_customers"),
    "emil": ("staging.etl_load_log", "iot.temperature_readings", ORDERS),
    "claire": ("crm.contact_log", "partner.household_enrichment", "lending.credit_scores"),
    "grace": ("features.customer_churn_features", "features.credit_risk_features"),
}

VISITS = (
    ("ana", ORDERS, 14), ("ana", "retail.daily_sales", 9), ("ana", "mart.fct_sales", 6), ("ana", CUSTOMERS, 4),
    ("stefan", CUSTOMERS, 11), ("stefan", "crm.contact_log", 5), ("nina", "marketing.email_events", 7),
    ("nina", CUSTOMERS, 3),
    ("tom", "lending.accounts", 8), ("tom", "lending.credit_scores", 6), ("paolo", "fleet.gps_pings", 5),
    ("grace", "features.customer_churn_features", 10), ("grace", ORDERS, 5), ("emil", "staging.etl_load_log", 6),
    ("claire", "lending.credit_scores", 2), ("miriam", "health.patients", 4),
)  # fmt: skip
"""(person, schema.table, times)."""
