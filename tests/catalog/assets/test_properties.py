"""Properties in words."""

from catalog.assets.properties import worded


def test_values_are_told_as_people_read_them() -> None:
    properties = {
        "format": "parquet",
        "files": 1200,
        "bytes": 2048,
        "partition_columns": ["year", "month"],
        "is_transactional": True,
        "settings": {"depth": 6, "codec": "zstd"},
        "comment_of_nobody": "",
        "nothing": [],
        "zero": 0,
    }
    assert worded(properties) == {
        "Format": "parquet",
        "Files": "1,200",
        "Size": "2.0\xa0KB",
        "Partitioned by": "year, month",
        "Is transactional": "yes",
        "Settings": "depth: 6, codec: zstd",
        "Zero": "0",
    }


def test_long_and_many_values_are_cut() -> None:
    assert len(worded({"place": "x" * 1000})["Place"]) == 300
    assert len(worded({f"key_{number}": number for number in range(100)})) == 40
