"""Every page of the portal with somebody who may see it: budgets, accessibility and size are checked along it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from tests.factories.company import Company


@dataclass(frozen=True)
class Stop:
    """A page: its URL name, who looks at it, its arguments, and what to ask it."""

    view: str
    person: str = "admin"
    args: Callable[[Company], tuple[int | str, ...]] = lambda company: ()
    query: str = ""

    @property
    def key(self) -> str:
        """Return the name under which the budget is kept."""
        return f"{self.view}{f'?{self.query}' if self.query else ''} ({self.person})"

    def url(self, company: Company) -> str:
        """Return the address in this company."""
        address = reverse(self.view, args=self.args(company))
        return f"{address}?{self.query}" if self.query else address


def _orders(company: Company) -> tuple[int | str, ...]:
    return (company.orders.pk,)


def _source(company: Company) -> tuple[int | str, ...]:
    return (company.source.pk,)


STOPS = [
    Stop("portal:home", "analyst"),
    Stop("portal:home", "admin"),
    Stop("search:results", "analyst"),
    Stop("search:results", "analyst", query="q=orders"),
    Stop("search:results", "admin", query="q=nothing+like+this"),
    Stop("assets:browse", "analyst"),
    Stop("assets:browse_source", "analyst", _source),
    Stop("assets:browse_schema", "analyst", lambda company: (company.schema.pk,)),
    Stop("assets:domains", "analyst"),
    Stop("assets:domains", "admin"),
    Stop("assets:domain", "steward", lambda company: (company.sales.pk,)),
    Stop("assets:domain", "admin", lambda company: (company.health.pk,)),
    Stop("assets:detail", "analyst", _orders),
    Stop("assets:detail", "steward", _orders),
    Stop("assets:columns", "steward", _orders),
    Stop("assets:history", "analyst", _orders),
    Stop("assets:activity", "analyst", _orders),
    Stop("assets:owners", "steward", _orders),
    Stop("sources:list", "engineer"),
    Stop("sources:new", "engineer"),
    Stop("sources:detail", "engineer", _source),
    Stop("sources:edit", "engineer", _source),
    Stop("harvest:runs", "engineer"),
    Stop("harvest:run", "engineer", lambda company: (company.run.pk,)),
    Stop("audit:log", "officer"),
    Stop("audit:event", "officer", lambda company: (str(company.event.pk),)),
    Stop("kit:notifications", "analyst"),
    Stop("people:account", "analyst"),
    Stop("people:tokens", "analyst"),
    Stop("people:sessions", "analyst"),
    Stop("people:password", "analyst"),
    Stop("people:list", "admin"),
    Stop("people:invite", "admin"),
    Stop("people:person", "admin", lambda company: (company.people["steward"].pk,)),
    Stop("people:teams", "admin"),
    Stop("people:team", "admin", lambda company: (company.team.pk,)),
    Stop("people:roles", "admin"),
    Stop("portal:gallery", "admin"),
    Stop("api:docs", "engineer"),
]
