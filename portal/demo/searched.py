"""What people of the demo company have looked for lately, found and not found, and keep an eye on."""

from dataclasses import dataclass
from datetime import timedelta
from time import perf_counter

from django.db import transaction
from django.http import QueryDict

from access.people.models import User
from catalog.assets.models import Asset
from catalog.search import queries
from catalog.search.analytics import actions as analytics
from catalog.search.models import AskedQuery, Cadence, Document, OpenedResult
from catalog.search.parameters import read
from catalog.search.saved import actions as saved
from portal.demo import company
from portal.kit import clock, outbox


@dataclass(frozen=True)
class Asked:
    """A search made some days ago, and the schema.table that was opened from its results, if any."""

    person: str
    days_ago: int
    text: str
    opened: str = ""


ASKED = (
    Asked("ana", 0, "sales per household"),
    Asked("ana", 1, "customer", "crm.customers"),
    Asked("ana", 2, "orders", "retail.orders"),
    Asked("ana", 6, "weekly revenue", "retail.daily_sales"),
    Asked("ana", 8, "turnover"),
    Asked("ana", 9, "basket size"),
    Asked("nina", 1, "customer", "crm.customers"),
    Asked("nina", 2, "newsletter clicks"),
    Asked("nina", 3, "turnover"),
    Asked("nina", 4, "basket size"),
    Asked("nina", 12, "coupon", "marketing.coupons"),
    Asked("stefan", 0, "customer_no", "crm.customers"),
    Asked("stefan", 1, "customer", "crm.customers"),
    Asked("stefan", 3, "orders", "retail.orders"),
    Asked("stefan", 5, "described:no"),
    Asked("tom", 2, "credit score", "lending.credit_scores"),
    Asked("tom", 4, "turnover"),
    Asked("tom", 7, "repayments", "lending.repayments"),
    Asked("grace", 1, "churn features", "features.customer_churn_features"),
    Asked("grace", 2, "credit score", "features.credit_risk_features"),
    Asked("grace", 5, "gps", "fleet.gps_pings"),
    Asked("paolo", 1, "gps", "fleet.gps_pings"),
    Asked("paolo", 3, "temprature", "iot.temperature_readings"),
    Asked("paolo", 10, "co2 per shipment"),
    Asked("emil", 1, "etl load", "staging.etl_load_log"),
    Asked("emil", 2, "temprature", "iot.temperature_readings"),
    Asked("emil", 4, "co2 per shipment"),
    Asked("claire", 1, "sensitivity:restricted", "lending.credit_scores"),
    Asked("claire", 2, "column:birth_date", "crm.customers"),
)

KEPT = (
    ("ana", "Customer tables", "q=customer", Cadence.DAILY),
    ("stefan", "Not described yet", "described=no", Cadence.WEEKLY),
    ("claire", "Restricted data", "q=sensitivity%3Arestricted", Cadence.AT_ONCE),
    ("emil", "New in staging", "q=schema%3Astaging", Cadence.AT_ONCE),
    ("grace", "Feature tables", "q=features", Cadence.DAILY),
)


def look_for_things() -> bool:
    """Search, open and keep searches as these people, once. False while the index knows nothing of the warehouse."""
    people = {person.email.partition("@")[0]: person for person in User.objects.filter(is_active=True)}
    if people.keys() < {member.key for member in company.MEMBERS} or AskedQuery.objects.exists():
        return False
    outbox.deliver()  # so that the index knows what was just written
    assets = Asset.objects.filter(source__slug=company.SOURCE_SLUG, gone_at=None)
    if Document.objects.filter(asset__in=assets).count() < assets.count() or not assets.exists():
        return False
    ids = {f"{asset.schema.name}.{asset.name}": asset.pk for asset in assets.select_related("schema")}
    with transaction.atomic():
        for asked in ASKED:
            _ask(asked, people[asked.person], ids)
        for key, name, query, tells in KEPT:
            saved.save(by=people[key], query=query, wish=saved.Wish(name, tells))
    return True


def _ask(asked: Asked, person: User, ids: dict[str, int]) -> None:
    """Search for real and move what was noted into the past."""
    query, started = QueryDict(mutable=True), perf_counter()
    query["q"] = asked.text
    request = read(query, person)
    answer = queries.search(request)
    row = analytics.note(request, answer, query, started=started)
    if row is None:
        return
    found = [hit.asset.pk for hit in answer.hits]
    opened = ids.get(asked.opened)
    if opened in found:
        analytics.opened(by=person, asked_id=row.pk, asset_id=opened, place=found.index(opened) + 1)
    then = clock.now() - timedelta(days=asked.days_ago, minutes=7 * len(asked.text))
    AskedQuery.objects.filter(pk=row.pk).update(at=then)
    OpenedResult.objects.filter(asked=row.pk).update(at=then)
