"""Sample content of the gallery: no database, fixed figures, some of it long on purpose."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.kit import clock
from portal.kit.components.marks import certification, sensitivity
from portal.kit.facets import Facet, FacetOption
from portal.kit.forms import Form
from portal.kit.models import JobRun, JobState
from portal.kit.tables import Column, NumberColumn, Table, WhenColumn

_LONG = "fct_customer_order_line_fulfilment_snapshot_daily_reconciled_with_erp_and_crm"


class SampleTable(Table):
    """Tables as in a list of assets."""

    caption = "Sample assets"
    hidden = ("owner",)
    sizes = (8, 25, 50)
    name = Column()
    level = Column(verbose_name="Sensitivity")
    state = Column(verbose_name="State")
    rows_count = NumberColumn(verbose_name="Rows")
    owner = Column()
    changed = WhenColumn(verbose_name="Changed")

    def render_name(self, value: str) -> SafeString:
        """Link the name."""
        return format_html('<a href="#{}">{}</a>', value, value)

    def render_level(self, value: str) -> SafeString:
        """Draw the level."""
        return sensitivity(value)

    def render_state(self, value: str) -> SafeString:
        """Draw the certification."""
        return certification(value)


class SampleForm(Form):
    """One field of each sort."""

    name = forms.CharField(help_text="As people say it, not as the table is called.", max_length=80)
    purpose = forms.CharField(widget=forms.Textarea, required=False)
    frequency = forms.ChoiceField(choices=[("hourly", "Every hour"), ("daily", "Every day"), ("weekly", "Every week")])
    until = forms.DateField(
        widget=forms.DateInput(attrs={"type": "date"}), required=False, help_text="Empty means without end."
    )
    basis = forms.ChoiceField(
        label="Lawful basis",
        choices=[
            ("consent", "Consent"),
            ("interest", "Legitimate interests, weighed against those of the people concerned"),
        ],
        widget=forms.RadioSelect,
    )
    columns = forms.MultipleChoiceField(
        choices=[("email", "email"), ("phone", "phone"), ("born", "date_of_birth")],
        widget=forms.CheckboxSelectMultiple,
        help_text="Only what the purpose needs.",
    )
    notify = forms.BooleanField(label="Tell me when it is done", required=False)


_START = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
_LEVELS = ("public", "internal", "confidential", "restricted", "")
_STATES = ("certified", "none", "deprecated")
ROWS: list[dict[str, Any]] = [
    {
        "name": _LONG if number == 2 else f"customer_orders_{number:02}",
        "level": _LEVELS[number % len(_LEVELS)],
        "state": _STATES[number % len(_STATES)],
        "rows_count": (number * 7919) % 900_000,
        "owner": "Sales Data" if number % 2 else "Customer Care",
        "changed": _START - timedelta(days=number),
    }
    for number in range(60)
]

PIECES: dict[str, Any] = {
    "people": [
        "Ana Ruiz", "Mei Okafor", "Bartholomew Featherstonehaugh-Cholmondeley", "data.platform", "Łukasz Żak", "李娜",
    ],
    "long": _LONG,
    "spark": [3, 5, 4, 6, 6, 2, 2, 8, 4, 4, 9, 6, 8, 6, 7, 4, 8, 9, 7, 8, 7, 4, 8, 7, 5, 3],
    "spark_flat": [4, 4, 4],
    "sizes": [
        ("core", 128.4), ("lending", 96), ("fleet", 71.25, "warn"), ("health", 44, "bad"), (_LONG, 12), ("empty", 0),
    ],
    "days": [(f"{day} Nov", (day * 37) % 23 + 4) for day in range(1, 25)],
    "before": "Every order with its customer and price. Refreshed daily from the ERP.",
    "after": "Every confirmed order with its customer, price and state. Refreshed every 15 minutes from the ERP.",
    "old_values": {"type": "varchar(40)", "nullable": "yes", "comment": "Mail", "default": "''"},
    "new_values": {"type": "text", "nullable": "yes", "comment": "E-mail address", "key": "unique"},
    "markdown": (
        "Every **confirmed** order, one row per *order line*.\n\n- `order_id` is stable\n- see [the ERP](https://erp.example)\n\n"
        "| Column | Meaning |\n|---|---|\n| `qty` | pieces |\n\n> Cancelled orders are in `orders_void`.\n\n"
        "<script>alert(1)</script> ![no picture](x.png)"
    ),
}  # fmt: skip


def facets(selected: list[str]) -> list[Facet]:
    """Return two facets, one of them long."""
    kinds = [("table", "Table", 74), ("view", "View", 22), ("feature", "Feature view", 9), ("none", "Dashboard", 0)]
    domains = [(f"domain-{number}", f"Domain {number}", 60 - 4 * number) for number in range(12)]
    return [
        Facet("kind", "Kind", [FacetOption(value, label, count, value in selected) for value, label, count in kinds]),
        Facet("domain", "Domain", [FacetOption(value, label, count) for value, label, count in domains], shown=4),
        Facet("owner", "Owner", [FacetOption("long", PIECES["people"][2], 3)], is_open=False),
    ]


def jobs() -> list[JobRun]:
    """Return a running job, a finished, a failed and a waiting one; none is stored."""
    now = clock.now()
    return [
        JobRun(
            pk=1, subject="Harvest of Warehouse", state=JobState.RUNNING, done=34, total=82,
            message="Reading schema lending",
        ),
        JobRun(pk=2, subject="Harvest of Warehouse", state=JobState.SUCCEEDED, finished_at=now, done=82, total=82),
        JobRun(
            pk=3, subject="Harvest of Archive", state=JobState.FAILED, finished_at=now,
            error_message="The server refused the password. Enter it again on the source's page.",
        ),
        JobRun(pk=4, subject="Harvest of Fleet", state=JobState.QUEUED),
    ]  # fmt: skip
