"""Real campaigns and coupons; generated newsletters, web sessions, leads, surveys."""

import numpy as np

from portal.demo.warehouse.chance import END, Array, blank, days, load_curve, moments, money, numbered, pick
from portal.demo.warehouse.loader import Loader
from portal.demo.warehouse.people import customer_count, people
from portal.demo.warehouse.retail import journey

_ANSWERS = (
    "Always friendly.", "The app crashes when I pay.", "Too much plastic.", "My name is misspelt on every letter!",
    "I am 82 and cannot read your leaflets.", "Great bread.", "Please call me about my loan.", "Delivered late.",
)  # fmt: skip


def load(loader: Loader) -> None:
    loader.put("marketing.campaigns", journey("campaign_descriptions").read())
    loader.put("marketing.campaign_households", journey("campaigns").read())
    loader.put("marketing.coupons", journey("coupons").read())
    loader.put("marketing.coupon_redemptions", journey("coupon_redemptions").read())
    _newsletter_events(loader)
    _sessions(loader)
    _leads(loader)
    _surveys(loader)


def _busy_days(loader: Loader, part: str, size: int) -> tuple[np.random.Generator, Array]:
    rng, calendar = loader.chance(part), days(END - 720)
    curve = load_curve(calendar, month_end=1.2)
    return rng, np.sort(rng.choice(calendar, size, p=curve / curve.sum()))


def _newsletter_events(loader: Loader) -> None:
    size = 100_000 * loader.scale
    rng, dates = _busy_days(loader, "newsletter", size)
    loader.put(
        "marketing.email_events",
        {
            "event_id": np.arange(1, size + 1),
            "customer_id": (customer_count(loader.scale) * rng.random(size) ** 1.5).astype(int) + 1,
            "mailing": numbered("NL", (dates - np.datetime64("2024-01-01")).astype(int) // 7, 4),
            "event": pick(rng, ("delivered", "open", "click", "bounce", "unsubscribe"), size, (60, 28, 9, 2, 1)),
            "at": moments(rng, dates),
        },
    )


def _sessions(loader: Loader) -> None:
    size = 60_000 * loader.scale
    rng, dates = _busy_days(loader, "sessions", size)
    address = rng.integers(1, 255, (3, size))
    loader.put(
        "marketing.web_sessions",
        {
            "session_id": np.arange(1, size + 1),
            "customer_id": blank(rng.integers(1, customer_count(loader.scale) + 1, size), rng.random(size) < 0.6),
            "started_at": moments(rng, dates),
            "ip": [f"10.{a}.{b}.{c}" for a, b, c in address.T.tolist()],
            "device": pick(rng, ("phone", "desktop", "tablet"), size, (6, 3, 1)),
            "source": pick(rng, ("search", "newsletter", "direct", "partner"), size, (5, 2, 3, 1)),
            "pages": rng.geometric(0.22, size),
            "basket_value": blank(money(rng.lognormal(3.3, 0.9, size)), rng.random(size) < 0.8),
        },
    )


def _leads(loader: Loader) -> None:
    rng, size = loader.chance("leads"), 4_000 * loader.scale
    persons = people(rng, size, mail="lead.example")
    loader.put(
        "marketing.leads",
        {
            "lead_id": np.arange(1, size + 1),
            "full_name": persons.given + " " + persons.family,
            "email": persons.email,
            "phone": blank(persons.phone, rng.random(size) < 0.5),
            "captured_on": np.sort(END - rng.integers(0, 500, size)),
            "origin": pick(rng, ("fair", "raffle", "web form"), size),
        },
    )


def _surveys(loader: Loader) -> None:
    rng, size = loader.chance("surveys"), 8_000 * loader.scale
    loader.put(
        "marketing.survey_responses",
        {
            "response_id": np.arange(1, size + 1),
            "customer_id": rng.integers(1, customer_count(loader.scale) + 1, size),
            "answered_on": np.sort(END - rng.integers(0, 700, size)),
            "recommend": rng.choice(11, size, p=np.array([2, 1, 1, 2, 2, 5, 7, 14, 22, 20, 24]) / 100),
            "comment": blank(pick(rng, _ANSWERS, size), rng.random(size) < 0.4),
        },
    )
