"""Filling the index: one statement a batch of assets, which writes only what has changed."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import connection, transaction

from catalog.assets.actions.news import ASSET_CHANGED
from catalog.assets.models import Asset
from catalog.assets.queries.readers import POPULAR_WITHIN
from catalog.search.backend import IndexState
from catalog.search.models import Document
from catalog.search.words import key_sql, split_sql
from portal.kit import clock, outbox
from portal.kit.models import OutboxMessage

_BATCH = 1000
# Longest texts that go into the words of one asset; a tsvector holds at most 1 MB.
_LONGEST = {"description": 40_000, "columns": 60_000, "column_texts": 60_000}

_PERSON = get_user_model()._meta.db_table
_TEAM = Group._meta.db_table

# Markdown's marks and links give way to their words; the marks of highlights can't be forged.
_PLAIN = r"""
    btrim(regexp_replace(regexp_replace(translate({text}, E'\uE000\uE001', ''),
        '\[([^\]]*)\]\([^)]*\)', '\1', 'g'), '[*#>`|\s]+', ' ', 'g'))
"""


def _vector(text: str, weight: str) -> str:
    """Return SQL for words by their stem and as they are written."""
    return f"setweight(to_tsvector('english', {text}) || to_tsvector('simple', {text}), '{weight}')"


def _stems(text: str, weight: str) -> str:
    """Return SQL for words by their stem alone."""
    return f"setweight(to_tsvector('english', {text}), '{weight}')"


# The strongest layer shows, as on the asset's page: human, harvested, propagated, suggested.
_SHOWN = """
    (SELECT layer.text FROM (
        SELECT said.text, array_position(ARRAY['human', 'harvested', 'propagated', 'suggested'], said.layer::text)
        FROM assets_description AS said WHERE said.asset_id = asset.id AND said.column_name = {column}
        UNION ALL SELECT {harvested}, 2 WHERE {harvested} <> '' ORDER BY 2 LIMIT 1) AS layer)
"""

_SAID = """
    ({harvested} <> '' OR EXISTS (SELECT 1 FROM assets_description AS said
        WHERE said.asset_id = asset.id AND said.column_name = {column}))
"""

_FACTS = f"""
    SELECT asset.id AS asset_id, asset.scope, asset.source_id, asset.domain_id, asset.kind, asset.certification,
        asset.sensitivity, asset.schema_id, asset.path, {key_sql("asset.name")} AS name_key,
        -- Joined as well, so that "customerorders" finds customer_orders.
        {split_sql("asset.name")} || ' ' || regexp_replace({split_sql("asset.name")}, '\\s+', '', 'g') AS name_text,
        {split_sql("asset.path")} AS path_words,
        COALESCE({_PLAIN.format(text=_SHOWN.format(column="''", harvested="asset.comment"))}, '') AS description,
        COALESCE(parts.names, '{{}}') AS column_names, COALESCE(parts.words, '') AS column_words,
        COALESCE(left(parts.texts, {_LONGEST["column_texts"]}), '') AS column_texts,
        -- A private domain's name finds nothing: somebody may see the asset alone and not its domain.
        concat_ws(' ', source.name, source.engine, asset.kind,
                  CASE WHEN NOT domain.is_private THEN domain.name END) AS surroundings,
        COALESCE(answering.owners, '{{}}') AS owners, COALESCE(answering.names, '{{}}') AS owner_names,
        (SELECT count(*) FROM assets_visit AS visit
         WHERE visit.asset_id = asset.id AND visit.last_at > %(popular_since)s) AS popularity,
        -- Half for its own description, a third for those of its columns, the rest for an owner and a domain.
        (CASE WHEN {_SAID.format(column="''", harvested="asset.comment")} THEN 50 ELSE 0 END
            + 30 * COALESCE(parts.described, 0) / GREATEST(1, COALESCE(parts.number, 0))
            + CASE WHEN answering.owners IS NULL THEN 0 ELSE 15 END
            + CASE WHEN asset.domain_id IS NULL THEN 0 ELSE 5 END)::smallint AS completeness,
        GREATEST(asset.changed_at, asset.written_at) AS updated_at,
        asset.history_to - asset.history_from AS history_days
    FROM assets_asset AS asset
    JOIN sources_source AS source ON source.id = asset.source_id
    LEFT JOIN assets_domain AS domain ON domain.id = asset.domain_id
    LEFT JOIN LATERAL (
        SELECT {split_sql("string_agg(part.name, ' ' ORDER BY part.position)")} AS words,
               array_agg(DISTINCT lower(part.name)) AS names, count(*) AS number,
               count(*) FILTER (WHERE {_SAID.format(column="part.name", harvested="part.comment")}) AS described,
               string_agg({_SHOWN.format(column="part.name", harvested="part.comment")}, ' '
                          ORDER BY part.position) AS texts
        FROM assets_column AS part WHERE part.asset_id = asset.id
    ) AS parts ON true
    LEFT JOIN LATERAL (
        SELECT array_agg(party.key ORDER BY party.rank, party.name) AS owners,
               array_agg(party.name ORDER BY party.rank, party.name) AS names
        FROM (
            SELECT CASE WHEN owns.person_id IS NULL THEN 'team:' || owns.team_id
                        ELSE 'person:' || owns.person_id END AS key,
                   left(COALESCE(NULLIF(person.name, ''), person.email, team.name), 150) AS name,
                   min(array_position(ARRAY['owner', 'steward', 'custodian'], owns.role::text)) AS rank
            FROM assets_ownership AS owns
            LEFT JOIN {_PERSON} AS person ON person.id = owns.person_id
            LEFT JOIN {_TEAM} AS team ON team.id = owns.team_id
            WHERE owns.asset_id = asset.id OR (
                owns.domain_id = asset.domain_id
                AND NOT EXISTS (SELECT 1 FROM assets_ownership AS own WHERE own.asset_id = asset.id))
            GROUP BY 1, 2
        ) AS party
    ) AS answering ON true
    WHERE asset.id = ANY(%(ids)s) AND asset.gone_at IS NULL
"""  # noqa: S608 - composed of our own constants, as are the statements below

_NAME = _vector("name_text", "A")
_WORDS = " || ".join(
    [
        _NAME,
        _stems(f"left(description, {_LONGEST['description']})", "B"),
        _vector("path_words", "B"),
        _vector(f"left(column_words, {_LONGEST['columns']})", "C"),
        _stems(split_sql("column_texts"), "C"),
        _vector(split_sql("concat_ws(' ', surroundings, array_to_string(owner_names, ' '))"), "D"),
    ]
)
_FOLLOWED = "scope, source_id, domain_id, kind, certification, sensitivity, schema_id"
_TEXTS = "name_key, path, description, column_names, column_texts, surroundings, owners, owner_names"
_MEASURES = "popularity, completeness, updated_at, history_days"
_PLAINLY = f"{_FOLLOWED}, {_TEXTS}, {_MEASURES}"
_COPIED = f"{_PLAINLY}, words, name_words"
_INDEX = f"""
    WITH gone AS (
        DELETE FROM search_document AS document USING assets_asset AS asset
        WHERE document.asset_id = ANY(%(ids)s) AND asset.id = document.asset_id AND asset.gone_at IS NOT NULL
    ),
    facts AS MATERIALIZED ({_FACTS}),
    named AS (
        INSERT INTO search_word (word)
        SELECT DISTINCT lower(word) FROM facts, string_to_table(name_text || ' ' || column_words, ' ') AS word
        WHERE length(word) BETWEEN 3 AND 40 AND word !~ '^[0-9]+$'
            AND NOT EXISTS (SELECT 1 FROM search_word AS known WHERE known.word = lower(word))
        ORDER BY 1
        ON CONFLICT DO NOTHING
    ),
    columns AS (
        INSERT INTO search_columnname (name, key, words)
        SELECT name, {key_sql("name")}, {_vector(split_sql("name"), "C")}
        FROM (SELECT DISTINCT unnest(column_names) AS name FROM facts) AS fresh
        WHERE NOT EXISTS (SELECT 1 FROM search_columnname AS known WHERE known.name = fresh.name)
        ORDER BY 1
        ON CONFLICT DO NOTHING
    )
    INSERT INTO search_document AS document (asset_id, {_COPIED}, revision, indexed_at)
    SELECT asset_id, {_PLAINLY}, {_WORDS}, {_NAME}, nextval('search_revision'), %(now)s
    FROM facts ORDER BY asset_id
    ON CONFLICT (asset_id) DO UPDATE SET
        ({_COPIED}, revision, indexed_at)
            = ({", ".join(f"EXCLUDED.{name.strip()}" for name in _COPIED.split(","))}, EXCLUDED.revision, %(now)s)
    WHERE ({", ".join(f"document.{name.strip()}" for name in _COPIED.split(","))})
        IS DISTINCT FROM ({", ".join(f"EXCLUDED.{name.strip()}" for name in _COPIED.split(","))})
"""  # noqa: S608

_POPULARITY = """
    UPDATE search_document AS document SET popularity = fresh.people, revision = nextval('search_revision')
    FROM (
        SELECT document.asset_id, count(visit.id) AS people
        FROM search_document AS document
        LEFT JOIN assets_visit AS visit ON visit.asset_id = document.asset_id AND visit.last_at > %(popular_since)s
        GROUP BY 1
    ) AS fresh
    WHERE fresh.asset_id = document.asset_id AND fresh.people <> document.popularity
"""


def index(asset_ids: Iterable[int]) -> int:
    """Bring the documents of these assets in step with the catalog; return how many were written."""
    written = 0
    ids = iter(sorted(set(asset_ids)))
    while batch := list(islice(ids, _BATCH)):
        with connection.cursor() as cursor:
            cursor.execute(_INDEX, {"ids": batch, "now": clock.now(), "popular_since": _popular_since()})
            written += cursor.rowcount
    return written


def rebuild(progress: Callable[[int, int], None]) -> int:
    """Index every present asset, a batch a transaction, while the old documents stay in use.

    Calls progress(done, total). Returns how many documents were written.
    """
    total = Asset.objects.present().count()
    done = written = 0
    for ids in _batches():
        with transaction.atomic():
            written += index(ids)
        done += len(ids)
        progress(min(done, total), total)
    Document.objects.exclude(asset__gone_at=None).delete()
    return written


def refresh_popularity() -> int:
    """Count anew how many people look at each asset; return how many documents that changed."""
    with connection.cursor() as cursor:
        cursor.execute(_POPULARITY, {"popular_since": _popular_since()})
        return int(cursor.rowcount)


def state() -> IndexState:
    """Compare the index with the catalog."""
    waiting = OutboxMessage.objects.filter(topic=ASSET_CHANGED).order_by("id")
    return IndexState(
        assets=Asset.objects.present().count(),
        documents=Document.objects.count(),
        missing=Asset.objects.present().filter(document=None).count(),
        surplus=Document.objects.exclude(asset__gone_at=None).count(),
        waiting=waiting.count(),
        failed=outbox.given_up(ASSET_CHANGED),
        waiting_since=waiting.values_list("created_at", flat=True).first(),
    )


def _batches() -> Iterator[list[int]]:
    last = 0
    while ids := list(Asset.objects.present().filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:_BATCH]):
        yield ids
        last = ids[-1]


def _popular_since() -> datetime:
    return clock.now() - POPULAR_WITHIN
