"""A small realistic corpus: names, columns and comments as warehouses have them."""

from catalog.assets.models import Asset, Certification, Schema
from tests.factories.catalog import make_asset, make_schema, make_source

TABLES: dict[str, tuple[str, list[str]]] = {
    "orders": ("One row an order, from the shop.", ["order_id", "customer_id", "ordered_at", "total_amount"]),
    "order_items": ("Lines of an order.", ["order_id", "product_id", "quantity", "unit_price"]),
    "customer_orders": ("Orders joined with the customer who placed them.", ["customer_id", "order_id", "segment"]),
    "customers": ("People who have bought at least once.", ["customer_id", "full_name", "email", "birth_date"]),
    "customer_addresses": ("Where customers live.", ["customer_id", "street", "postal_code", "city"]),
    "customers_old": ("Customers before the migration.", ["id", "name", "email"]),
    "dim_customer": ("Customer dimension of the mart.", ["customer_key", "customer_id", "valid_from"]),
    "loanApplications": ("Applications for a loan with their decision.", ["loanId", "applicantId", "creditScore"]),
    "loan_repayments": ("Monthly repayments.", ["loan_id", "due_on", "paid_on", "amount"]),
    "vehicle_positions": ("GPS fixes of the delivery fleet.", ["vehicle_id", "latitude", "longitude", "fixed_at"]),
    "patients": ("Admissions of the clinic.", ["patient_id", "date_of_birth", "diagnosis"]),
    "lab_results": ("Measured values, one row a test.", ["patient_id", "test_code", "glucose_mg_dl"]),
    "campaigns": ("Marketing campaigns and what they cost.", ["campaign_id", "channel", "budget_eur"]),
    "email_events": ("Opened and clicked newsletters.", ["campaign_id", "customer_id", "opened_at"]),
    "iot_readings": ("Sensor readings a minute.", ["device_id", "temperature_c", "humidity"]),
    "fx_rates": ("Daily exchange rates of the ECB.", ["currency", "rate", "valid_on"]),
    "invoices": ("Bills sent to clients.", ["invoice_no", "customer_id", "vat_amount"]),
    "daily_transactions": ("Five years of transactions with month-end peaks.", ["account_no", "booked_on", "amount"]),
    "stg_orders_raw": ("", ["_airbyte_id", "payload"]),
    "who": ("Population figures of the World Health Organization.", ["country", "year", "cases"]),
    "Ñandú días": ("Birds of the pampa.", ["especie"]),
}


def make_corpus() -> dict[str, Asset]:
    """Store the tables in one schema; return them by name."""
    schema: Schema = make_schema("mart", source=make_source("Company warehouse"))
    assets = {
        name: make_asset(name, schema=schema, columns=columns, comment=comment)
        for name, (comment, columns) in TABLES.items()
    }
    Asset.objects.filter(name="dim_customer").update(certification=Certification.CERTIFIED)
    Asset.objects.filter(name="customers_old").update(certification=Certification.DEPRECATED)
    return assets
