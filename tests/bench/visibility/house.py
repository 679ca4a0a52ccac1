"""The house: 200 domains, 5,000 people in 200 teams, and so many assets, made by statements over whole sets.

Of the domains 190 are private; the assets of the others lie in a private source, so that nobody sees anything without
a grant. The peer's grants lie in guardian's own tables under a permission that Atrium does not read: three teams an
asset, and the same exceptions to single people.
"""

from django.contrib.auth.models import Permission
from django.db import connection

from access.people.models import User
from access.people.roles import Role

DOMAINS, PRIVATE, TEAMS, PEOPLE, SCHEMAS = 200, 190, 200, 5_000, 1_000
EXCEPTIONS, SINGLE = 20_000, 10
MUCH, FEW, ALL = "much@bench.example", "few@bench.example", "all@bench.example"

_PEOPLE = """
    INSERT INTO sources_source SELECT (jsonb_populate_record(source, jsonb_build_object('id', source.id + n, 'name',
        'Warehouse ' || n, 'slug', 'warehouse-' || n, 'is_private', n = 3))).*
    FROM sources_source AS source, generate_series(1, 3) AS n;
    INSERT INTO assets_domain (id, name, slug, description, is_private, created_at)
    SELECT n, 'Domain ' || n, 'domain-' || n, '', n <= {private}, now() FROM generate_series(1, {domains}) AS n;
    INSERT INTO assets_schema (id, source_id, name, comment, fingerprint, domain_id)
    SELECT n, (SELECT min(id) FROM sources_source) + CASE WHEN 1 + n % {domains} > {private} THEN 3 ELSE 1 + n % 2 END,
        'schema_' || n, '', '', 1 + n % {domains}
    FROM generate_series(1, {schemas}) AS n;
    INSERT INTO auth_group (id, name) SELECT n, 'Team ' || n FROM generate_series(1, {teams}) AS n;
    INSERT INTO people_user SELECT (jsonb_populate_record(person, jsonb_build_object('id', 100 + n, 'email',
        'person' || n || '@bench.example', 'name', 'Person ' || n))).*
    FROM people_user AS person, generate_series(1, {people}) AS n WHERE person.email = '{much}';
    INSERT INTO people_user_groups (user_id, group_id)
    SELECT person.id, 1 + (person.id * 7 + n * 61) % {teams} FROM people_user AS person, generate_series(1, 3) AS n
    WHERE person.email NOT IN ('{few}', '{all}');
    INSERT INTO guardian_groupobjectpermission (object_pk, content_type_id, group_id, permission_id)
    SELECT domain.id::text, permission.content_type_id, 1 + (domain.id * 13 + n * 41) % {teams}, permission.id
    FROM assets_domain AS domain, generate_series(1, 5) AS n, auth_permission AS permission
    WHERE permission.codename = 'view_domain';
"""
# Popularity and moments without order; every asset lies in one of its schema's domain.
_ASSETS = """
    INSERT INTO assets_asset (id, source_id, schema_id, domain_id, has_own_domain, name, path, kind, comment,
        definition, properties, fingerprint, column_count, labels, certification, certification_note, row_estimate,
        first_seen_at, changed_at)
    SELECT n, schema.source_id, schema.id, schema.domain_id, false, 'table_' || n,
        'warehouse.' || schema.name || '.table_' || n, 'table', CASE WHEN n % 3 = 0 THEN 'What it holds.' ELSE '' END,
        '', '{{}}', md5(n::text), 10,
        ARRAY[CASE WHEN schema.domain_id <= {private} THEN 'domain:' || schema.domain_id
              ELSE 'source:' || schema.source_id END, 'asset:' || n],
        'none', '', 1000, now(), now() - make_interval(secs => (n::bigint * 7919 % 1000003)::int)
    FROM generate_series({after} + 1, {size}) AS n JOIN assets_schema AS schema ON schema.id = 1 + n % {schemas};
"""
_EXCEPTIONS = """
    DELETE FROM guardian_userobjectpermission;
    INSERT INTO guardian_userobjectpermission (object_pk, content_type_id, user_id, permission_id)
    SELECT DISTINCT (1 + n::bigint * 104729 % {size})::text, permission.content_type_id, 101 + n % {people},
        permission.id
    FROM generate_series(1, {exceptions}) AS n, auth_permission AS permission
    WHERE permission.codename IN ('view_asset', 'change_asset') AND permission.content_type_id = {assets};
    INSERT INTO guardian_userobjectpermission (object_pk, content_type_id, user_id, permission_id)
    SELECT (n * ({size} / ({single} + 1)))::text, permission.content_type_id, person.id, permission.id
    FROM generate_series(1, {single}) AS n, auth_permission AS permission, people_user AS person
    WHERE permission.codename IN ('view_asset', 'change_asset') AND permission.content_type_id = {assets}
        AND person.email = '{few}';
"""
_PEER = """
    INSERT INTO guardian_groupobjectpermission (object_pk, content_type_id, group_id, permission_id)
    SELECT asset.id::text, permission.content_type_id, 1 + (asset.id * 31 + n * 67) % {teams}, permission.id
    FROM assets_asset AS asset, generate_series(1, 3) AS n, auth_permission AS permission
    WHERE asset.id > {after} AND permission.codename = 'change_asset' AND permission.content_type_id = {assets};
"""
_HEADCOUNT = """
    TRUNCATE assets_headcount;
    INSERT INTO assets_headcount (scope, schema_id, domain_id, present, commented)
    SELECT scope, schema_id, domain_id, count(*), count(*) FILTER (WHERE comment <> '') FROM assets_asset
    GROUP BY 1, 2, 3;
"""


def build(after: int, size: int) -> int:
    """Make the house with `size` assets, `after` of which are there; return the number of the peer's grants."""
    if not after:
        _people()
    permission = Permission.objects.get(codename="change_asset", content_type__app_label="assets")
    facts = {
        "domains": DOMAINS,
        "private": PRIVATE,
        "teams": TEAMS,
        "people": PEOPLE,
        "schemas": SCHEMAS,
        "exceptions": EXCEPTIONS,
        "single": SINGLE,
        "much": MUCH,
        "few": FEW,
        "all": ALL,
        "after": after,
        "size": size,
        "assets": permission.content_type_id,
    }
    with connection.cursor() as cursor:
        # Neither triggers nor checks of foreign keys: what they would do is done once for all below.
        cursor.execute("SET session_replication_role = replica; SET maintenance_work_mem = '512MB'")
        for statements in (*(() if after else (_PEOPLE,)), _ASSETS, _EXCEPTIONS, _PEER, _HEADCOUNT):
            cursor.execute(statements.format(**facts))
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("SELECT count(*) FROM guardian_groupobjectpermission")
        return int(cursor.fetchone()[0])


def _people() -> None:
    """Store one of each kind of people by the portal's own way, and a source to be copied."""
    User.objects.create_user(MUCH, "much of everything", name="Sees much", roles=[Role.ANALYST])
    User.objects.create_user(FEW, "ten single assets", name="Sees few", roles=[Role.ANALYST])
    User.objects.create_user(ALL, "all of everything", name="Sees all", roles=[Role.OFFICER])
