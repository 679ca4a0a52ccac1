"""The subjects of the warehouse and its schemas, in the order in which they are built."""

from collections.abc import Callable
from dataclasses import dataclass

from portal.demo.warehouse import (
    cargo,
    crm,
    features,
    finance,
    fleet,
    health,
    hr,
    iot,
    lending,
    marketing,
    orders,
    partner,
    ref,
    retail,
    staging,
)
from portal.demo.warehouse.loader import Loader


@dataclass(frozen=True)
class Subject:
    """One SQL file of the same name, and the function that loads its tables."""

    name: str
    load: Callable[[Loader], None]


SCHEMAS: dict[str, str | None] = {
    "ref": "Reference data that every department shares: calendar, countries, currencies, cities.",
    "retail": "Shops and web shop: products, orders, payments, stock. Owner: Retail Operations.",
    "crm": "Customers and every contact with them. Personal data throughout. Owner: Customer Service.",
    "hr": "Employees. Access for Human Resources only.",
    "fleet": "Vehicles, vessels, drivers and their positions. Owner: Logistics.",
    "ops": "Air cargo planning: flights, weather, airports, and city transit.",
    "health": "Occupational health service and clinical studies. Special category data, GDPR Art. 9.",
    "lending": "Consumer loans: applicants, accounts, repayments, scores. Owner: Credit Risk.",
    "marketing": "Campaigns, coupons, newsletters, web sessions, surveys.",
    "iot": "Cold-chain sensors in stores and depots.",
    "partner": "Licensed third-party data. Read partner.licences before any use.",
    "finance": "Ledger, invoices, budgets, exchange rates.",
    "features": "Feature tables for the churn, credit risk and fleet models. Owner: Data Science.",
    "staging": None,
    "mart": "Figures for reports and dashboards, built from the schemas of the departments.",
}


def _only_views(loader: Loader) -> None:
    """The subject has views alone; its SQL file says all."""


FIRST = (Subject("ref", ref.load),)
"""Built before all others: the types and tables that they need."""

SUBJECTS = (
    Subject("orders", orders.load),
    Subject("health", health.load),
    Subject("cargo", cargo.load),
    Subject("fleet", fleet.load),
    Subject("retail", retail.load),
    Subject("marketing", marketing.load),
    Subject("crm", crm.load),
    Subject("iot", iot.load),
    Subject("finance", finance.load),
    Subject("lending", lending.load),
    Subject("features", features.load),
    Subject("staging", staging.load),
    Subject("partner", partner.load),
    Subject("hr", hr.load),
    Subject("mart", _only_views),
)
