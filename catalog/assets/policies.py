"""Who may change what people say of assets and domains: by role everywhere, or because they answer for the thing."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q, QuerySet

from catalog.assets.models import Asset, Domain, Ownership, OwnershipRole, Schema
from catalog.assets.visibility import may_see_domain, shown_domain
from catalog.sources.models import Source
from portal.kit.people import Person
from portal.kit.policies import Allowed, Decision, Denied

MANAGE_DOMAIN = "assets.manage_domain"
DESCRIBE = "assets.edit_description"
NAME_OWNERS = "assets.edit_ownership"
CERTIFY = "assets.certify_asset"
CLASSIFY = "assets.classify_asset"
_ANSWERABLE = (OwnershipRole.OWNER, OwnershipRole.STEWARD)
_ASK_OWNER = "Ask an owner named on its page, or an administrator for a role that includes this."
_ASK_ADMINISTRATOR = "Ask an administrator."
_ASK_ROLE = "Ask a steward to look at it, or an administrator for a role that includes this."


@dataclass(frozen=True)
class Powers:
    """What a person may do with an asset. Whether they may see it at all is asked before; see visibility.py."""

    person: Person
    asset: Asset
    ownerships: tuple[Ownership, ...] | None = None
    """Those of the asset and its domain, if they are at hand."""

    @cached_property
    def answers(self) -> bool:
        """Whether the person, or a team of theirs, is owner or steward of the asset or of its domain."""
        if self.ownerships is not None:
            rows = [row for row in self.ownerships if row.role in _ANSWERABLE]
            if any(row.person_id == self.person.pk for row in rows):
                return self.person.is_active
            if not any(row.team_id for row in rows):
                return False
        of_it = Q(asset=self.asset)
        if self.asset.domain_id:
            of_it |= Q(domain=self.asset.domain_id)
        return _answers(self.person, of_it)

    def _by_role_or_answering(self, permission: str, what: str) -> Decision:
        if self.person.has_perm(permission):
            return Allowed("Your role includes it.")
        if self.answers:
            return Allowed("You answer for it.")
        return Denied(f"Only stewards and people who answer for {self.asset} may {what}.", _ASK_OWNER)

    @property
    def describe(self) -> Decision:
        """Describe the asset and its columns."""
        return self._by_role_or_answering(DESCRIBE, "describe it")

    @property
    def name_owners(self) -> Decision:
        """Say who answers for the asset."""
        return self._by_role_or_answering(NAME_OWNERS, "name its owners")

    @property
    def certify(self) -> Decision:
        """Certify or deprecate the asset."""
        return self._by_role_or_answering(CERTIFY, "certify or deprecate it")

    @property
    def classify(self) -> Decision:
        """Say how sensitive the asset is: by role alone, for who uses the data gains by a low level."""
        if self.person.has_perm(CLASSIFY):
            return Allowed("Your role includes it.")
        return Denied("Only stewards and compliance officers say how sensitive data is.", _ASK_ROLE)

    @property
    def admit(self) -> Decision:
        """Let somebody see this single asset."""
        return self._by_role_or_answering(MANAGE_DOMAIN, "say who may see it")

    def place(self, target: Domain | None) -> Decision:
        """Move the asset into a domain, or out of every domain."""
        if not self.asset.domain_id and (self.person.has_perm(NAME_OWNERS) or self.answers):
            return _may_place(self.person, None, target)
        return _may_place(self.person, self.asset.domain, target, is_placed=bool(self.asset.domain_id))


def may_place_schema(person: Person, schema: Schema, target: Domain | None) -> Decision:
    """Give a schema, and the assets that follow it, to a domain."""
    return _may_place(person, schema.domain, target, is_placed=True)


def _may_place(person: Person, current: Domain | None, target: Domain | None, *, is_placed: bool = False) -> Decision:
    """Answering for both ends is enough; what lies in no domain is given to one by those who manage domains."""
    if person.has_perm(MANAGE_DOMAIN):
        return Allowed("Your role includes it.")
    if target and not may_see_domain(person, target.pk, is_private=target.is_private):
        return Denied("There is no such domain.", _ASK_ADMINISTRATOR)
    ends = [domain for domain in (current, target) if domain]
    missing = next((domain for domain in ends if not answers_for_domain(person, domain)), None)
    if missing:
        named = shown_domain(person, missing) or "the domain it belongs to"
        return Denied(f"Only people who answer for {named} may do this.", _ASK_OWNER)
    if is_placed and not current:
        return Denied("What belongs to no domain is placed by those who manage domains.", _ASK_ADMINISTRATOR)
    return Allowed("You answer for it.")


def may_manage_domains(person: Person) -> Decision:
    """Make and remove domains."""
    if person.has_perm(MANAGE_DOMAIN):
        return Allowed("Your role includes it.")
    return Denied("Only administrators make and remove domains.", _ASK_ADMINISTRATOR)


def may_run_domain(person: Person, domain: Domain) -> Decision:
    """Change a domain, name who answers for it, and say who may see it."""
    if person.has_perm(MANAGE_DOMAIN):
        return Allowed("Your role includes it.")
    if answers_for_domain(person, domain):
        return Allowed("You answer for it.")
    return Denied(f"Only people who answer for {domain} may change it.", _ASK_OWNER)


def may_name_owners(person: Person, thing: Asset | Domain) -> Decision:
    """Say who answers for an asset or a domain."""
    return may_run_domain(person, thing) if isinstance(thing, Domain) else Powers(person, thing).name_owners


def may_admit_to_source(person: Person) -> Decision:
    """Let somebody see a private source."""
    if person.has_perm(MANAGE_DOMAIN) or person.has_perm("sources.manage_source"):
        return Allowed("Your role includes it.")
    return Denied("Only engineers and administrators say who may see a source.", _ASK_ADMINISTRATOR)


def may_admit(person: Person, thing: Asset | Domain | Source) -> Decision:
    """Say who may see a domain, a source or a single asset."""
    if isinstance(thing, Domain):
        return may_run_domain(person, thing)
    if isinstance(thing, Source):
        return may_admit_to_source(person)
    return Powers(person, thing).admit


def answers_for_domain(person: Person, domain: Domain) -> bool:
    """Return whether the person, or a team of theirs, is owner or steward of a domain."""
    return _answers(person, Q(domain=domain))


def _answers(person: Person, of_what: Q) -> bool:
    return person.is_active and _held_by(person).filter(of_what, role__in=_ANSWERABLE).exists()


def _held_by(person: Person) -> QuerySet[Ownership]:
    return Ownership.objects.filter(Q(person=person.pk) | Q(team__in=person.groups.all()))
