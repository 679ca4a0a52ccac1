"""Schedules keep to the clock on the wall, to calendars, and say plainly when they can't."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from catalog.sources import schedules
from catalog.sources.models import Source
from portal.kit.errors import Invalid


def _source(cron: str = "", zone: str = "UTC", **facts: Any) -> Source:
    return Source(harvest_cron=cron, harvest_time_zone=zone, **facts)


def _local(source: Source, after: str, number: int) -> list[str]:
    """Return the next times on the source's clock; `after` is on it too."""
    zone = ZoneInfo(source.harvest_time_zone)
    found = schedules.next_times(source, datetime.fromisoformat(after).replace(tzinfo=zone), number)
    assert all(moment.tzinfo is UTC for moment in found)
    return [moment.astimezone(zone).isoformat(timespec="minutes") for moment in found]


@pytest.mark.parametrize(
    ("cron", "zone", "after", "expected"),
    [
        # The clocks go forward: 2:30 does not exist on 29 March 2026, nor on 8 March in New York.
        ("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00", ["2026-03-29T03:00+02:00", "2026-03-30T02:30+02:00"]),
        ("30 2 * * *", "America/New_York", "2026-03-07T12:00", ["2026-03-08T03:00-04:00", "2026-03-09T02:30-04:00"]),
        # They go back: 2:30 comes twice, the run once.
        ("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00", ["2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00"]),
        ("30 1 * * *", "America/New_York", "2026-10-31T12:00", ["2026-11-01T01:30-04:00", "2026-11-02T01:30-05:00"]),
        # Every half hour goes on through the hour that comes twice.
        (
            "*/30 * * * *",
            "Europe/Berlin",
            "2026-10-25T01:45",
            [
                "2026-10-25T02:00+02:00",
                "2026-10-25T02:30+02:00",
                "2026-10-25T02:00+01:00",
                "2026-10-25T02:30+01:00",
                "2026-10-25T03:00+01:00",
            ],
        ),
        # Nine in the morning stays nine in the morning.
        ("0 9 * * *", "Europe/Berlin", "2026-03-28T10:00", ["2026-03-29T09:00+02:00"]),
        ("0 0 1 1 *", "Europe/Berlin", "2026-12-31T23:59", ["2027-01-01T00:00+01:00", "2028-01-01T00:00+01:00"]),
        ("59 23 L * *", "UTC", "2027-12-31T23:59", ["2028-01-31T23:59+00:00", "2028-02-29T23:59+00:00"]),
        ("0 6 29 2 *", "UTC", "2026-01-01T00:00", ["2028-02-29T06:00+00:00", "2032-02-29T06:00+00:00"]),
    ],
)
def test_cron_on_the_clock_on_the_wall(cron: str, zone: str, after: str, expected: list[str]) -> None:
    assert _local(_source(cron, zone), after, len(expected)) == expected


def test_what_ran_before_the_clocks_went_back_does_not_run_again() -> None:
    source = _source("30 2 * * *", "Europe/Berlin")
    second_time = datetime(2026, 10, 25, 2, 10, tzinfo=ZoneInfo("Europe/Berlin"), fold=1)
    assert schedules.next_time(source, second_time) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


def test_time_is_later_than_the_one_asked_from() -> None:
    source = _source("0 * * * *")
    due = datetime(2026, 11, 24, 12, tzinfo=UTC)
    assert schedules.next_time(source, due) == datetime(2026, 11, 24, 13, tzinfo=UTC)
    assert schedules.next_time(source, due.replace(microsecond=1)) == datetime(2026, 11, 24, 13, tzinfo=UTC)


def test_calendars_leave_days_out() -> None:
    friday = "2026-12-24T12:00"  # Thursday; Christmas Day is a Friday
    monday_to_friday = _source("0 6 * * *", "Europe/Berlin", harvest_calendar=Source.Calendar.WORKING_DAYS)
    assert [day[:10] for day in _local(monday_to_friday, friday, 2)] == ["2026-12-25", "2026-12-28"]
    business = _source(
        "0 6 * * *", "Europe/Berlin", harvest_calendar=Source.Calendar.BUSINESS_DAYS, holidays_of="de-by"
    )
    days = [day[:10] for day in _local(business, friday, 8)]
    assert days == [
        "2026-12-28", "2026-12-29", "2026-12-30", "2026-12-31", "2027-01-04", "2027-01-05",
        "2027-01-07", "2027-01-08",  # Epiphany is one in Bavaria
    ]  # fmt: skip
    business.holidays_of = "DE-BE"
    assert "2027-01-06" in [day[:10] for day in _local(business, friday, 8)]


def test_interval() -> None:
    hourly = _source(harvest_every_minutes=90)
    assert _local(hourly, "2026-11-27T22:00", 2) == ["2026-11-27T23:30+00:00", "2026-11-28T01:00+00:00"]
    hourly.harvest_calendar = Source.Calendar.WORKING_DAYS
    assert _local(hourly, "2026-11-27T22:00", 3) == [
        "2026-11-27T23:30+00:00",
        "2026-11-30T00:00+00:00",
        "2026-11-30T01:30+00:00",
    ]


def test_day_that_begins_after_midnight() -> None:
    source = _source(
        zone="Africa/Cairo", harvest_every_minutes=24 * 60, harvest_calendar=Source.Calendar.BUSINESS_DAYS,
        holidays_of="DE",
    )  # fmt: skip
    assert _local(source, "2027-04-30T00:30", 1) == ["2027-05-03T00:00+03:00"]


def test_by_hand_only() -> None:
    assert schedules.next_time(_source(), datetime(2026, 11, 24, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    ("facts", "field", "words"),
    [
        ({"cron": "0 0 30 2 *"}, "harvest_cron", "no cron line"),
        ({"cron": "61 * * * *"}, "harvest_cron", "bad minute"),
        ({"cron": "every day"}, "harvest_cron", "five fields"),
        ({"cron": "0 0 0 1 1 *"}, "harvest_cron", "This has 6"),
        ({"cron": "0 6 * * 0", "harvest_calendar": "working_days"}, "harvest_cron", "never comes"),
        ({"cron": "0 6 25 12 *", "harvest_calendar": "business_days", "holidays_of": "DE"}, "harvest_cron", "never"),
        ({"cron": "0 6 * * *", "zone": "Europe/Atlantis"}, "harvest_time_zone", "Europe/Berlin"),
        ({"cron": "0 6 * * *", "zone": "../etc/passwd"}, "harvest_time_zone", "Europe/Berlin"),
        ({"cron": "0 6 * * *", "harvest_calendar": "business_days"}, "holidays_of", "whose public holidays"),
        (
            {"harvest_every_minutes": 60, "harvest_calendar": "business_days", "holidays_of": "DE-XX"},
            "holidays_of",
            "no public holidays of DE-XX",
        ),
    ],
)
def test_what_can_not_be_is_refused_in_words(facts: dict[str, Any], field: str, words: str) -> None:
    with pytest.raises(Invalid, match=words) as refused:
        schedules.check(_source(**facts), datetime(2026, 11, 24, tzinfo=UTC))
    assert refused.value.field == field
