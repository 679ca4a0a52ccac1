"""What a person may learn by the rule alone: plain Python over `Asset.objects.visible_to()`, nothing of search."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from access.people.models import User
from catalog.assets.models import Asset, Domain, Ownership, Schema
from catalog.assets.queries.domains import visible_domains
from catalog.sources.models import Source
from catalog.sources.queries import visible_sources
from tests.security.leaks.house import House

NONE = "none"
Meets = Callable[["Fact"], bool]
Filters = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Fact:
    """An asset as the person may know it."""

    pk: int
    name: str
    path: str
    columns: tuple[str, ...]
    words: frozenset[str]
    values: Mapping[str, tuple[str, ...]]
    """By facet."""
    domain: int | None


class Seen:
    """All that a person may learn."""

    def __init__(self, house: House, person: User) -> None:
        self.house, self.person = house, person
        self.assets = list(
            Asset.objects.visible_to(person).present().select_related("source", "schema", "domain").order_by("pk")
        )
        self.domains = {domain.pk: domain for domain in visible_domains(person)}
        self.sources = {source.pk: source for source in visible_sources(person)}
        self.facts = {asset.pk: self._fact(asset) for asset in self.assets}

    def found(self, meets: Meets, filters: Filters | None = None, *, but: str = "") -> set[int]:
        """Return what meets the question and all choices, but those of one facet."""
        kept = {name: values for name, values in (filters or {}).items() if name != but}
        return {
            pk
            for pk, fact in self.facts.items()
            if meets(fact) and all(set(values) & set(fact.values[name]) for name, values in kept.items())
        }

    def counts(self, facet: str, meets: Meets, filters: Filters | None = None) -> dict[str, int]:
        """Return how many results have each value of a facet."""
        found = self.found(meets, filters, but=facet)
        return dict(Counter(value for pk in found for value in self.facts[pk].values[facet]))

    @cached_property
    def hidden_words(self) -> set[str]:
        """Return the words that no answer may hold: of what the person may not know of."""
        hidden = set(Asset.objects.values_list("pk", flat=True)) - {
            asset.pk for asset in Asset.objects.visible_to(self.person)
        }
        words = {word for pk in hidden for word in self.house.own[pk]}
        words |= {domain.name for domain in Domain.objects.exclude(pk__in=self.domains)}
        shown = list(Asset.objects.visible_to(self.person))
        in_sources, in_schemas = {asset.source_id for asset in shown}, {asset.schema_id for asset in shown}
        words |= {source.name for source in Source.objects.exclude(pk__in={*self.sources, *in_sources})}
        words |= {schema.name for schema in Schema.objects.exclude(pk__in=in_schemas)}
        return words | self._unknown_owners(shown)

    def _unknown_owners(self, shown: Iterable[Asset]) -> set[str]:
        """Those who answer for nothing in sight are not known by what they answer for."""
        of_assets = {asset.pk for asset in shown}
        rows = Ownership.objects.select_related("person", "team")
        known = {self._party(row)[1] for row in rows if row.asset_id in of_assets or row.domain_id in self.domains}
        known.add(self.person.name)
        names = {person.name for person in self.house.people} | {team.name for team in self.house.teams}
        return {word for name in names - known for word in name.split()}

    def _fact(self, asset: Asset) -> Fact:
        columns = tuple(asset.columns.order_by("position").values_list("name", flat=True))
        domain = self.domains.get(asset.domain_id or 0)
        is_named = domain is not None and not domain.is_private
        parties = self._parties(asset)
        text = [asset.name, *columns, asset.comment, asset.path, asset.source.name, asset.kind, asset.source.engine]
        text += [name for _, name in parties] + ([domain.name] if domain and is_named else [])
        return Fact(
            pk=asset.pk, name=asset.name, path=asset.path, columns=columns, domain=domain.pk if domain else None,
            words=frozenset(word for part in text for word in re.split(r"[^a-z0-9]+", part.lower()) if word),
            values={
                "type": (asset.kind,),
                "source": (str(asset.source_id),),
                "domain": (str(domain.pk) if domain else NONE,),
                "certification": (asset.certification,),
                "sensitivity": (asset.sensitivity or NONE,),
                "described": ("yes" if asset.comment else "no",),
                "owner": tuple(key for key, _ in parties) or (NONE,),
            },
        )  # fmt: skip

    def _parties(self, asset: Asset) -> list[tuple[str, str]]:
        """Who answers for it: those named for it, else those of its domain."""
        rows = Ownership.objects.select_related("person", "team")
        own = list(rows.filter(asset=asset)) or list(rows.filter(domain=asset.domain_id or 0))
        return [self._party(row) for row in own]

    @staticmethod
    def _party(row: Ownership) -> tuple[str, str]:
        if row.person is not None:
            return f"person:{row.person.pk}", row.person.get_full_name()
        if row.team is None:
            raise AssertionError("An ownership is a person's or a team's.")
        return f"team:{row.team.pk}", row.team.name
