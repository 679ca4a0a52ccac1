"""What the catalog says of assets, as their documents hold it: one statement for a batch, each table read once.

Texts are taken apart by functions of the database (migration `fast_words`); a text that is needed twice is made once.
"""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from catalog.search.postgres.signals import marks_sql
from catalog.search.words import key_sql

# Longest texts that go into the words of one asset; a tsvector holds at most 1 MB.
_LONGEST = {"description": 40_000, "column_texts": 60_000}
_MOST_COLUMNS = 2_000

_PERSON = get_user_model()._meta.db_table
_TEAM = Group._meta.db_table

# The strongest layer shows, as on the asset's page: human, harvested, propagated, suggested.
_BEST = """
    SELECT DISTINCT ON (said.asset_id, said.column_name) said.asset_id, said.column_name, said.text,
        said.layer = 'human' AS is_human
    FROM assets_description AS said WHERE said.asset_id = ANY(%(ids)s)
    ORDER BY 1, 2, array_position(ARRAY['human', 'harvested', 'propagated', 'suggested'], said.layer::text)
"""
_SHOWN = "CASE WHEN said.is_human THEN said.text ELSE COALESCE(NULLIF({harvested}, ''), said.text, '') END"

_OWNERS = f"""
    SELECT party.asset_id, array_agg(party.key ORDER BY party.rank, party.name) AS owners,
           array_agg(party.name ORDER BY party.rank, party.name) AS names
    FROM (
        SELECT answers.asset_id,
               CASE WHEN person_id IS NULL THEN 'team:' || team_id ELSE 'person:' || person_id END AS key,
               left(COALESCE(NULLIF(person.name, ''), person.email, team.name), 150) AS name,
               min(array_position(ARRAY['owner', 'steward', 'custodian'], answers.role::text)) AS rank
        FROM (
            SELECT owns.asset_id, owns.role, owns.person_id, owns.team_id
            FROM assets_ownership AS owns WHERE owns.asset_id = ANY(%(ids)s)
            UNION ALL
            SELECT asset.id, owns.role, owns.person_id, owns.team_id
            FROM assets AS asset JOIN assets_ownership AS owns ON owns.domain_id = asset.domain_id
            WHERE NOT EXISTS (SELECT 1 FROM assets_ownership AS own WHERE own.asset_id = asset.id)
        ) AS answers
        LEFT JOIN {_PERSON} AS person ON person.id = answers.person_id
        LEFT JOIN {_TEAM} AS team ON team.id = answers.team_id
        GROUP BY 1, 2, 3
    ) AS party GROUP BY 1
"""  # noqa: S608 - composed of our own constants, as are the statements below

# Of each name the spelling that tells most words: birthDate rather than birthdate. Joined as well.
VOCABULARY = """
    WITH spelled AS MATERIALIZED (
        SELECT DISTINCT part.name, lower(part.name) AS low FROM assets_column AS part WHERE part.asset_id = ANY(%(ids)s)
    ),
    fresh AS MATERIALIZED (
        SELECT spelled.low, known.key, search_split(spelled.name) AS words
        FROM spelled LEFT JOIN search_columnname AS known ON known.name = spelled.low
        WHERE known.name IS NULL OR spelled.name <> spelled.low
    ),
    unknown AS MATERIALIZED (
        SELECT DISTINCT ON (fresh.low) fresh.low AS name, fresh.words,
            COALESCE(NULLIF(lower(btrim(regexp_replace(fresh.words, '\\s+', ' ', 'g'))), ''), fresh.low) AS key
        FROM fresh WHERE fresh.key IS NULL OR length(fresh.key) < length(btrim(fresh.words))
        ORDER BY fresh.low, length(fresh.words) DESC, fresh.words
    ),
    columns AS (
        INSERT INTO search_columnname AS known (name, key, words)
        SELECT name, key, search_both(words || ' ' || replace(key, ' ', ''), 'C') FROM unknown ORDER BY name
        ON CONFLICT (name) DO UPDATE SET key = EXCLUDED.key, words = EXCLUDED.words
        WHERE length(known.key) < length(EXCLUDED.key)
    ),
    texts AS (
        SELECT search_split(asset.name) AS text FROM assets_asset AS asset WHERE asset.id = ANY(%(ids)s)
        UNION ALL SELECT words FROM unknown
    ),
    seen AS (
        SELECT DISTINCT lower(piece.text) AS text FROM texts, string_to_table(texts.text, ' ') AS piece (text)
        WHERE length(piece.text) BETWEEN 3 AND 40 AND piece.text !~ '^[0-9]+$'
    )
    INSERT INTO search_word (word)
    SELECT seen.text FROM seen LEFT JOIN search_word AS known ON known.word = seen.text WHERE known.word IS NULL
    ORDER BY 1
    ON CONFLICT DO NOTHING
"""

COMPLETENESS = """
    (CASE WHEN {described} THEN 50 ELSE 0 END
        + 30 * COALESCE({columns_described}, 0) / GREATEST(1, COALESCE({columns}, 0))
        + CASE WHEN {owned} THEN 15 ELSE 0 END + CASE WHEN {domain} THEN 5 ELSE 0 END)::smallint
"""
"""Half for its own description, a third for those of its columns, the rest for an owner and a domain."""

POPULARITY = """
    SELECT visit.asset_id, count(*) AS people FROM assets_visit AS visit
    WHERE visit.last_at > %(popular_since)s AND {which} GROUP BY 1
"""

FACTS = f"""
    assets AS MATERIALIZED (
        SELECT * FROM assets_asset AS asset WHERE asset.id = ANY(%(ids)s) AND asset.gone_at IS NULL
    ),
    best AS MATERIALIZED ({_BEST}),
    parts AS (
        SELECT part.asset_id, search_concat(known.words ORDER BY part.position) AS words,
               array_agg(DISTINCT lower(part.name)) AS names, count(*) AS number,
               count(*) FILTER (WHERE part.comment <> '' OR said.asset_id IS NOT NULL) AS described,
               left(string_agg(NULLIF({_SHOWN.format(harvested="part.comment")}, ''), ' ' ORDER BY part.position),
                    {_LONGEST["column_texts"]}) AS texts
        FROM assets_column AS part
        LEFT JOIN search_columnname AS known ON known.name = lower(part.name) AND part.position <= {_MOST_COLUMNS}
        LEFT JOIN best AS said ON said.asset_id = part.asset_id AND said.column_name = part.name
        WHERE part.asset_id = ANY(%(ids)s) GROUP BY 1
    ),
    answering AS ({_OWNERS}),
    visits AS ({POPULARITY.format(which="visit.asset_id = ANY(%(ids)s)")}),
    facts AS MATERIALIZED (
        SELECT asset.id AS asset_id, asset.scope, asset.source_id, asset.domain_id, asset.kind, asset.certification,
            asset.sensitivity, asset.schema_id, asset.path, {key_sql("asset.name")} AS name_key,
            search_split(asset.name) AS name_words_text, search_split(asset.path) AS path_words,
            search_plain({_SHOWN.format(harvested="asset.comment")}) AS description,
            COALESCE(parts.names, '{{}}') AS column_names,
            COALESCE(parts.words, '') AS column_words,
            COALESCE(parts.texts, '') AS column_texts,
            -- A private domain's name finds nothing: somebody may see the asset alone and not its domain.
            concat_ws(' ', source.name, source.engine, asset.kind,
                      CASE WHEN NOT domain.is_private THEN domain.name END) AS surroundings,
            COALESCE(answering.owners, '{{}}') AS owners, COALESCE(answering.names, '{{}}') AS owner_names,
            COALESCE(visits.people, 0) AS popularity,
            {
    COMPLETENESS.format(
        described="asset.comment <> '' OR said.asset_id IS NOT NULL",
        columns_described="parts.described",
        columns="parts.number",
        owned="answering.owners IS NOT NULL",
        domain="asset.domain_id IS NOT NULL",
    )
} AS completeness,
            GREATEST(asset.changed_at, asset.written_at) AS updated_at,
            asset.history_to - asset.history_from AS history_days
        FROM assets AS asset
        JOIN sources_source AS source ON source.id = asset.source_id
        LEFT JOIN assets_domain AS domain ON domain.id = asset.domain_id
        LEFT JOIN best AS said ON said.asset_id = asset.id AND said.column_name = ''
        LEFT JOIN parts ON parts.asset_id = asset.id
        LEFT JOIN answering ON answering.asset_id = asset.id
        LEFT JOIN visits ON visits.asset_id = asset.id
    ),
    -- Joined as well, so that "customerorders" finds customer_orders.
    joined AS MATERIALIZED (
        SELECT facts.asset_id,
               search_both(name_words_text || ' ' || replace(name_words_text, ' ', ''), 'A') AS name_words
        FROM facts
    )
"""  # noqa: S608

WORDS = f"""
    joined.name_words
    || setweight(to_tsvector('english', left(description, {_LONGEST["description"]})), 'B')
    || search_both(path_words, 'B') || column_words
    || CASE column_texts WHEN '' THEN ''::tsvector
        ELSE setweight(to_tsvector('english', search_split(column_texts)), 'C') END
    || search_both(search_split(concat_ws(' ', surroundings, array_to_string(owner_names, ' '))), 'D')
    || {marks_sql("joined.asset_id", "popularity")}
"""
NAME_WORDS = f"joined.name_words || {marks_sql('joined.asset_id', 'popularity')}"
