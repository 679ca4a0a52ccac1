"""Five years of orders, lines, payments, returns, prices and stock, with month-end and December peaks, three gaps."""

from dataclasses import dataclass

import numpy as np

from portal.demo.warehouse.chance import END, Array, blank, days, in_gap, load_curve, moments, money, numbered, pick
from portal.demo.warehouse.loader import Loader
from portal.demo.warehouse.people import COUNTRIES, SHARES, signup_days
from portal.demo.warehouse.retail import journey

A_DAY = 40
"""Orders on a plain day of the first year at scale 1."""
ORPHAN_LINES = 212
"""Order lines whose article was deleted from the assortment."""
BULK_LINES = 85
"""Order lines with a mistyped quantity of 1,000 or more."""
PAID_TWICE = 64
"""Payments that the provider sent a second time."""

_ASSORTMENT = 3_000
_CHANNELS = ("store", "web", "app", "phone")


@dataclass(frozen=True)
class Lines:
    """Order lines as columns; `order` is the row number of the order, `typed` the quantity as somebody typed it."""

    order: Array
    line_no: Array
    product: Array
    quantity: Array
    typed: Array
    price: Array
    discount: Array


def load(loader: Loader) -> None:
    dates = _order_days(loader)
    lines, products = _lines(loader, len(dates))
    totals = np.bincount(lines.order, lines.quantity * lines.price * (1 - lines.discount))
    ordered = moments(loader.chance("moments"), dates)
    channel = pick(loader.chance("channel"), _CHANNELS, len(dates), (2, 5, 4, 1))
    _orders(loader, ordered, channel, totals)
    _put_lines(loader, lines)
    _payments(loader, ordered, totals)
    _returns(loader, lines, dates)
    _daily(loader, dates, channel, totals)
    _prices(loader, products)
    _stock(loader, products)


def _order_days(loader: Loader) -> Array:
    """The day of every order, rising; no order falls into a gap and no other day is without one."""
    calendar = days()
    calendar = calendar[~in_gap(calendar)]
    counts = loader.chance("days").poisson(A_DAY * loader.scale * load_curve(calendar))
    return np.repeat(calendar, np.maximum(counts, 1))


def _lines(loader: Loader, orders: int) -> tuple[Lines, Array]:
    rng = loader.chance("lines")
    articles = journey("products").read(["product_id"]).column("product_id").to_numpy()
    products = np.sort(rng.choice(articles, _ASSORTMENT, replace=False))
    price = money(rng.lognormal(2.4, 0.8, _ASSORTMENT)) + 0.49
    counts = 1 + rng.poisson(1.2, orders)
    order = np.repeat(np.arange(orders), counts)
    size = len(order)
    chosen = (rng.random(size) ** 2 * _ASSORTMENT).astype(int)
    product, quantity = products[chosen], rng.geometric(0.6, size)
    product[rng.choice(size, ORPHAN_LINES * loader.scale, replace=False)] = 99_999_999
    typed = quantity.copy()
    typed[rng.choice(size, BULK_LINES * loader.scale, replace=False)] = rng.integers(
        1_000, 5_000, BULK_LINES * loader.scale
    )
    discount = rng.choice([0, 0.05, 0.1, 0.2], size, p=[0.8, 0.08, 0.08, 0.04])
    line_no = np.arange(size) - np.repeat(np.cumsum(counts) - counts, counts) + 1
    return Lines(order, line_no, product, quantity, typed, money(price[chosen]), discount), products


def _orders(loader: Loader, ordered: Array, channel: Array, totals: Array) -> None:
    rng, size = loader.chance("orders"), len(ordered)
    registered = np.searchsorted(signup_days(loader.scale), ordered.astype("datetime64[D]"), side="right")
    status = pick(rng, ("delivered", "shipped", "cancelled", "returned"), size, (90, 2, 5, 3))
    recent = ordered > (END - 4).astype("datetime64[s]")
    status[recent] = pick(rng, ("open", "paid", "shipped"), int(recent.sum()), (2, 5, 3))
    loader.put(
        "retail.orders",
        {
            "order_id": np.arange(1, size + 1),
            "ordered_at": ordered,
            "customer_id": registered - (registered * rng.random(size) ** 2).astype(int),
            "channel": channel,
            "status": status,
            "ship_country": pick(rng, COUNTRIES, size, SHARES),
            "gross_amount": money(totals),
            "voucher_code": blank(numbered("V", rng.integers(1_000, 1_400, size)), rng.random(size) < 0.88),
            "delivered_at": blank(ordered + rng.integers(20, 160, size) * 3_600, status != "delivered"),
        },
    )


def _put_lines(loader: Loader, lines: Lines) -> None:
    loader.put(
        "retail.order_lines",
        {
            "order_id": lines.order + 1,
            "line_no": lines.line_no,
            "product_id": lines.product,
            "quantity": lines.typed,
            "unit_price": lines.price,
            "discount": lines.discount,
        },
    )


def _payments(loader: Loader, ordered: Array, totals: Array) -> None:
    rng = loader.chance("payments")
    paid = np.flatnonzero(rng.random(len(ordered)) < 0.985)
    again = np.sort(rng.choice(paid, PAID_TWICE * loader.scale, replace=False))
    which = np.concatenate([paid, again])
    when = ordered + rng.integers(1, 90_000, len(ordered))
    method = pick(rng, ("card", "direct debit", "invoice", "wallet", "cash"), len(ordered), (45, 20, 15, 15, 5))[which]
    loader.put(
        "retail.payments",
        {
            "payment_id": np.arange(1, len(which) + 1),
            "order_id": which + 1,
            "paid_at": when[which],
            "method": method,
            "amount": money(totals[which]),
            "card_last4": blank(numbered("", rng.integers(0, 10_000, len(which)), 4), method != "card"),
            "provider_ref": numbered("PX", which * 13 + 1_000_000, 9),
        },
    )


def _returns(loader: Loader, lines: Lines, dates: Array) -> None:
    rng = loader.chance("returns")
    chosen = np.flatnonzero(rng.random(len(lines.order)) < 0.03)
    loader.put(
        "retail.returns",
        {
            "return_id": np.arange(1, len(chosen) + 1),
            "order_id": lines.order[chosen] + 1,
            "line_no": lines.line_no[chosen],
            "returned_on": dates[lines.order[chosen]] + rng.integers(2, 30, len(chosen)),
            "reason": pick(rng, ("damaged", "wrong article", "too late", "changed mind"), len(chosen), (3, 2, 2, 4)),
            "refund": money((lines.price * (1 - lines.discount))[chosen]),
        },
    )


def _daily(loader: Loader, dates: Array, channel: Array, totals: Array) -> None:
    calendar = np.unique(dates)
    position = np.searchsorted(calendar, dates) * len(_CHANNELS) + np.searchsorted(
        sorted(_CHANNELS), channel.astype(str)
    )
    cells = len(calendar) * len(_CHANNELS)
    loader.put(
        "retail.daily_sales",
        {
            "sales_day": np.repeat(calendar, len(_CHANNELS)),
            "channel": np.tile(sorted(_CHANNELS), len(calendar)),
            "orders": np.bincount(position, minlength=cells),
            "revenue": money(np.bincount(position, totals, minlength=cells)),
        },
    )


def _prices(loader: Loader, products: Array) -> None:
    rng, steps = loader.chance("prices"), 4
    start = np.datetime64("2021-11-01") + np.arange(steps) * 450
    price = rng.lognormal(2.4, 0.8, (len(products), 1)) * np.cumprod(
        rng.normal(1.04, 0.03, (len(products), steps)), axis=1
    )
    loader.put(
        "retail.price_history",
        {
            "product_id": np.repeat(products, steps),
            "valid_from": np.tile(start, len(products)),
            "valid_to": blank(
                np.tile(start + 449, len(products)), np.tile(np.arange(steps) == steps - 1, len(products))
            ),
            "price": money(price.ravel()),
        },
    )


def _stock(loader: Loader, products: Array) -> None:
    rng = loader.chance("stock")
    months = np.arange("2021-12", "2026-12", dtype="datetime64[M]").astype("datetime64[D]") - 1
    stocked = products[:: len(products) // 400][:400]
    size = len(months) * len(stocked)
    loader.put(
        "retail.stock_month_end",
        {
            "counted_on": np.repeat(months, len(stocked)),
            "product_id": np.tile(stocked, len(months)),
            "depot": pick(rng, ("HAM", "ROT", "LYO"), size),
            "units": rng.negative_binomial(2, 0.01, size),
            "unit_cost": money(rng.lognormal(1.9, 0.8, size)),
        },
    )
