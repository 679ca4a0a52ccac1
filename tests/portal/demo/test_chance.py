import numpy as np

from portal.demo.warehouse.chance import chance, days, in_gap, is_month_end, load_curve, moments


def _dates(*texts: str) -> np.ndarray:
    return np.array(texts, dtype="datetime64[D]")


def test_gaps_hold_their_first_and_last_day_and_not_the_next() -> None:
    dates = _dates("2022-08-13", "2022-08-14", "2022-08-16", "2022-08-17", "2024-02-29", "2025-11-09", "2025-11-10")
    assert in_gap(dates).tolist() == [False, True, True, False, True, True, False]


def test_month_ends_are_the_last_three_days_also_in_leap_years() -> None:
    dates = _dates("2024-02-26", "2024-02-27", "2024-02-29", "2024-03-01", "2023-02-26", "2023-12-31")
    assert is_month_end(dates).tolist() == [False, True, True, False, True, True]


def test_the_curve_is_one_on_a_plain_thursday_at_the_start_and_grows() -> None:
    first, later = load_curve(_dates("2021-11-04", "2025-11-06"))
    assert abs(first - 1) < 0.01
    assert abs(later / first - 1.1**4) < 0.01


def test_moments_stay_within_their_day() -> None:
    dates = np.repeat(days()[:20], 200)
    assert (moments(chance("test"), dates).astype("datetime64[D]") == dates).all()


def test_parts_have_streams_of_their_own() -> None:
    assert chance("a").integers(1 << 30) == chance("a").integers(1 << 30)
    assert chance("a").integers(1 << 30) != chance("b").integers(1 << 30)
