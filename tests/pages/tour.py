"""Every page of the portal with somebody who may see it: budgets, accessibility and size are checked along it."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from catalog.assets.models import Asset
from catalog.harvest.models import Run
from catalog.search.dictionary.actions import add_defaults
from catalog.search.postgres.indexing import index
from tests.factories.changesets import make_offer, make_plan
from tests.factories.company import Company
from tests.factories.dictionary import make_entry
from tests.factories.letters import make_letter
from tests.factories.searches import make_asked_queries, make_saved_search


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


def _sales(company: Company) -> tuple[int | str, ...]:
    return (company.sales.pk,)


def _schema(company: Company) -> tuple[int | str, ...]:
    return (company.schema.pk,)


def _steward(company: Company) -> tuple[int | str, ...]:
    return (company.people["steward"].pk,)


def _team(company: Company) -> tuple[int | str, ...]:
    return (company.team.pk,)


def _held(company: Company) -> tuple[int | str, ...]:
    return (make_plan(company, Run.Outcome.HELD).pk,)


def _waiting(company: Company) -> tuple[int | str, ...]:
    make_offer(company)
    make_plan(company, Run.Outcome.HELD)
    return ()


def _offer(company: Company) -> tuple[int | str, ...]:
    return (make_offer(company).pk,)


def _renamed(company: Company) -> tuple[int | str, ...]:
    return (make_offer(company).run_id,)


def _undoable(company: Company) -> tuple[int | str, ...]:
    Run.objects.filter(pk=company.run.pk).update(has_journal=True, outcome=Run.Outcome.APPLIED)
    return (company.run.pk,)


def _dead_letter(company: Company) -> tuple[int | str, ...]:
    return (make_letter(company.source).pk,)


def _dead_letters(company: Company) -> tuple[int | str, ...]:
    _dead_letter(company)
    return ()


def _dictionary(company: Company) -> tuple[int | str, ...]:
    add_defaults()
    return ()


def _entry(company: Company) -> tuple[int | str, ...]:
    return (make_entry().pk,)


def _indexed(company: Company) -> tuple[int | str, ...]:
    index(Asset.objects.values_list("pk", flat=True))
    return ()


def _column(company: Company) -> tuple[int | str, ...]:
    _indexed(company)
    return ("order_id",)


def _saved_search(company: Company) -> tuple[int | str, ...]:
    return (make_saved_search(company.people["analyst"], news=[company.orders.pk]).pk,)


def _saved_searches(company: Company) -> tuple[int | str, ...]:
    _saved_search(company)
    return ()


def _asked_queries(company: Company) -> tuple[int | str, ...]:
    make_asked_queries(company)
    return ()


STOPS = [
    Stop("portal:home", "analyst"),
    Stop("portal:home", "admin"),
    Stop("search:results", "analyst", _indexed),
    Stop("search:index"),
    Stop("search:ranking"),
    Stop("search:results", "analyst", _indexed, query="q=orders"),
    Stop("search:results", "admin", _indexed, query="q=nothing+like+this"),
    Stop("search:results", "analyst", _indexed, query="q=id&kind=columns"),
    Stop("search:columns", "analyst", _indexed),
    Stop("search:columns", "analyst", _indexed, query="q=order"),
    Stop("search:column", "analyst", _column),
    Stop("search:fields", "analyst", query="q=owner:me+orders"),
    Stop("search:help", "analyst"),
    Stop("search:dictionary", "analyst", _dictionary),
    Stop("search:dictionary", "steward", _dictionary, query="query=custAcctNo+date+of+birth"),
    Stop("search:dictionary_entry", "steward", _entry),
    Stop("search:dictionary_import", "steward"),
    Stop("search:dictionary_new", "steward"),
    Stop("search:saved", "analyst", _saved_searches),
    Stop("search:saved", "admin"),
    Stop("search:saved_new", "analyst", query="q=orders"),
    Stop("search:saved_edit", "analyst", _saved_search),
    Stop("search:recent", "analyst", _asked_queries),
    Stop("search:analytics", "steward", _asked_queries),
    Stop("search:analytics", "admin"),
    Stop("assets:browse", "analyst"),
    Stop("assets:browse_source", "analyst", _source),
    Stop("assets:browse_schema", "analyst", _schema),
    Stop("assets:domains", "analyst"),
    Stop("assets:domains", "admin"),
    Stop("assets:domain_new", "admin"),
    Stop("assets:domain", "steward", _sales),
    Stop("assets:domain", "admin", lambda company: (company.health.pk,)),
    Stop("assets:domain_edit", "steward", _sales),
    Stop("assets:domain_owners", "steward", _sales),
    Stop("assets:domain_access", "admin", lambda company: (company.health.pk,)),
    Stop("assets:schema_domain", "admin", _schema),
    Stop("assets:source_access", "engineer", _source),
    Stop("assets:detail", "analyst", _orders),
    Stop("assets:detail", "steward", _orders),
    Stop("assets:columns", "steward", _orders),
    Stop("assets:history", "analyst", _orders),
    Stop("assets:activity", "analyst", _orders),
    Stop("assets:owners", "steward", _orders),
    Stop("assets:description", "steward", _orders),
    Stop("assets:certification", "steward", _orders),
    Stop("assets:sensitivity", "steward", _orders),
    Stop("assets:asset_domain", "steward", _orders),
    Stop("assets:asset_access", "steward", _orders),
    Stop("sources:list", "engineer"),
    Stop("sources:new", "engineer"),
    Stop("sources:new", "engineer", query="engine=postgresql"),
    Stop("sources:detail", "engineer", _source),
    Stop("sources:edit", "engineer", _source),
    Stop("sources:schedule", "engineer", _source),
    Stop("sources:limits", "engineer", _source),
    Stop("sources:secret", "engineer", _source),
    Stop("sources:delete", "engineer", _source),
    Stop("harvest:runs", "engineer"),
    Stop("harvest:run", "engineer", lambda company: (company.run.pk,)),
    Stop("harvest:run", "steward", _held),
    Stop("harvest:run", "admin", _renamed),
    Stop("harvest:reviews", "steward", _waiting),
    Stop("harvest:plan", "admin", _held),
    Stop("harvest:undo", "steward", _undoable),
    Stop("harvest:rename", "steward", _offer),
    Stop("audit:log", "officer"),
    Stop("audit:event", "officer", lambda company: (str(company.event.pk),)),
    Stop("kit:notifications", "analyst"),
    Stop("kit:dead_letters", "engineer", _dead_letters),
    Stop("kit:dead_letters", "engineer", _dead_letters, query="topic=harvest.run"),
    Stop("kit:dead_letter", "engineer", _dead_letter),
    Stop("people:account", "analyst"),
    Stop("people:tokens", "analyst"),
    Stop("people:sessions", "analyst"),
    Stop("people:password", "analyst"),
    Stop("people:list", "admin"),
    Stop("people:invite", "admin"),
    Stop("people:person", "admin", _steward),
    Stop("people:close", "admin", _steward),
    Stop("people:teams", "admin"),
    Stop("people:team", "admin", _team),
    Stop("people:team_delete", "admin", _team),
    Stop("people:roles", "admin"),
    Stop("portal:gallery", "admin"),
    Stop("api:docs", "engineer"),
]
