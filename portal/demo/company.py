"""Who works in the demo company, and which part of it answers for which schema of the warehouse."""

from dataclasses import dataclass

from access.people.roles import Role

SOURCE = "Company warehouse"
SOURCE_SLUG = "company-warehouse"
SOURCE_DESCRIPTION = (
    "PostgreSQL warehouse of the whole company. Real public data and generated parts; no real customer is in it."
)
HARVEST_EVERY_MINUTES = 60


@dataclass(frozen=True)
class Member:
    """A person of the demo; the key is the part of the e-mail address before @atrium.example."""

    key: str
    name: str
    job_title: str
    roles: tuple[Role, ...] = ()
    team: str = ""

    @property
    def email(self) -> str:
        return f"{self.key}@atrium.example"

    @property
    def role_names(self) -> str:
        return ", ".join(role.label for role in self.roles) or "no role"


@dataclass(frozen=True)
class Part:
    """A domain: who owns and who looks after it, and the schemas that are its own."""

    name: str
    description: str
    owner: str
    steward: str
    schemas: tuple[str, ...]
    only_team: str = ""
    """Set for a private domain: the one team that may see it."""


HEALTH_TEAM = "Occupational Health"

ADMINISTRATOR, ENGINEER, STEWARD, ANALYST, OFFICER = "rosa", "emil", "stefan", "ana", "claire"

MEMBERS = (
    Member(ANALYST, "Ana Ferreira", "Retail analyst", (Role.ANALYST,), "Retail Analytics"),
    Member(STEWARD, "Stefan Brandt", "Data steward, customer data", (Role.STEWARD,), "Customer Data"),
    Member(OFFICER, "Claire Okafor", "Data protection officer", (Role.OFFICER,), "Compliance"),
    Member(ENGINEER, "Emil Lindqvist", "Data engineer", (Role.ENGINEER,), "Data Platform"),
    Member(ADMINISTRATOR, "Rosa Adler", "Head of data platform", (Role.ADMINISTRATOR,), "Data Platform"),
    Member("jonas", "Jonas Weber", "External consultant"),
    Member("miriam", "Dr. Miriam Haas", "Company doctor", (Role.ANALYST,), HEALTH_TEAM),
    Member("tom", "Tom de Vries", "Head of credit risk", (Role.ANALYST,), "Credit Risk"),
    Member("nina", "Nina Kowalska", "Marketing analyst", (Role.ANALYST,), "Marketing"),
    Member("paolo", "Paolo Ricci", "Head of logistics", (Role.ANALYST,), "Logistics"),
    Member("grace", "Grace Mensah", "Data scientist", (Role.ANALYST,), "Data Science"),
)

ONE_CLICK = MEMBERS[:6]
"""One person of each role, and an outsider: offered on the sign-in page of a demo."""

PARTS = (
    Part("Retail", "Shops, web shop, products, orders, payments and stock.", "ana", "stefan", ("retail",)),
    Part("Customer & CRM", "Customers, consents and every contact with them.", "stefan", "stefan", ("crm",)),
    Part("Marketing", "Campaigns, coupons, newsletters, surveys.", "nina", "stefan", ("marketing",)),
    Part("Logistics", "Fleet, air cargo planning and the cold chain.", "paolo", "emil", ("fleet", "ops", "iot")),
    Part(
        "Health",
        "Occupational health and studies: special category data.",
        "miriam",
        "miriam",
        ("health",),
        HEALTH_TEAM,
    ),
    Part("Lending", "Loans, repayments, scores and the credit bureau.", "tom", "stefan", ("lending",)),
    Part("Finance", "Ledger, invoices, budgets, exchange rates.", "rosa", "emil", ("finance",)),
    Part("People", "Staff and pay.", "rosa", "claire", ("hr",)),
    Part("ML features", "Feature tables and training sets of the models.", "grace", "emil", ("features",)),
    Part("Third-party data", "Licensed data. Its terms bind whoever uses it.", "claire", "stefan", ("partner",)),
    Part(
        "Reporting",
        "Figures for the board and the dashboards, and shared reference data.",
        "ana",
        "emil",
        ("mart", "ref"),
    ),
)
"""staging and public belong to no domain: so that the portal has something to settle."""
