"""Numbers of assets by scope, kept by triggers; and indexes by which the first of a long list are found at once."""

from django.conf import settings
from django.db import migrations, models

# Zeros are left out: an update that moves nothing and empties nothing writes no row.
_ADD = """
    INSERT INTO assets_headcount (scope, schema_id, domain_id, present, commented)
    SELECT scope, schema_id, domain_id, sum(sign), COALESCE(sum(sign) FILTER (WHERE comment <> ''), 0)
    FROM ({rows}) AS counted WHERE gone_at IS NULL AND scope IS NOT NULL
    GROUP BY scope, schema_id, domain_id
    HAVING sum(sign) <> 0 OR COALESCE(sum(sign) FILTER (WHERE comment <> ''), 0) <> 0;
"""
_ROWS = "SELECT scope, schema_id, domain_id, gone_at, comment, {sign}1 AS sign FROM {table}"
_CAME, _WENT = _ROWS.format(sign="", table="fresh"), _ROWS.format(sign="-", table="stale")
_TRIGGER = """
CREATE FUNCTION assets_headcount_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {body}
    RETURN NULL;
END $$;
CREATE TRIGGER assets_headcount_{name} AFTER {event} ON assets_asset
    REFERENCING {tables} FOR EACH STATEMENT EXECUTE FUNCTION assets_headcount_{name}();
"""
COUNT = (
    _TRIGGER.format(name="added", event="INSERT", tables="NEW TABLE AS fresh", body=_ADD.format(rows=_CAME))
    + _TRIGGER.format(
        name="changed",
        event="UPDATE",
        tables="OLD TABLE AS stale NEW TABLE AS fresh",
        body=_ADD.format(rows=f"{_CAME} UNION ALL {_WENT}"),
    )
    + _TRIGGER.format(name="removed", event="DELETE", tables="OLD TABLE AS stale", body=_ADD.format(rows=_WENT))
)
UNCOUNT = "".join(
    f"DROP TRIGGER assets_headcount_{name} ON assets_asset; DROP FUNCTION assets_headcount_{name}();"
    for name in ("added", "changed", "removed")
)
FILL = _ADD.format(rows=_ROWS.format(sign="", table="assets_asset"))


class Migration(migrations.Migration):
    dependencies = [
        ("assets", "0006_classify_permission"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Headcount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scope", models.CharField(max_length=30)),
                ("schema_id", models.BigIntegerField()),
                ("domain_id", models.BigIntegerField(null=True)),
                ("present", models.IntegerField(help_text="Assets that their source has.")),
                ("commented", models.IntegerField(help_text="Those among them that the source describes.")),
            ],
            options={"indexes": [models.Index(fields=["scope"], name="headcount_by_scope")]},
        ),
        migrations.RunSQL(COUNT + FILL, UNCOUNT),
        migrations.RemoveIndex(model_name="asset", name="asset_labels"),
        migrations.RemoveIndex(model_name="asset", name="asset_changed"),
        migrations.AddIndex(
            model_name="asset",
            index=models.Index(
                fields=["-changed_at", "-id"], name="asset_changed", condition=models.Q(("gone_at", None))
            ),
        ),
        migrations.AddIndex(
            model_name="asset",
            index=models.Index(
                fields=["scope", "-id"], name="asset_newest_in_scope", condition=models.Q(("gone_at", None))
            ),
        ),
        migrations.AddIndex(
            model_name="asset",
            index=models.Index(
                fields=["scope", "-changed_at", "-id"],
                name="asset_changed_in_scope",
                condition=models.Q(("gone_at", None)),
            ),
        ),
        migrations.AddIndex(
            model_name="asset",
            index=models.Index(
                fields=["domain", "path"], name="asset_path_in_domain", condition=models.Q(("gone_at", None))
            ),
        ),
        migrations.AddIndex(model_name="visit", index=models.Index(fields=["-last_at"], name="visit_last")),
        # The planner shall know how many assets each scope has, not only the hundred fullest.
        migrations.RunSQL(
            "ALTER TABLE assets_asset ALTER COLUMN scope SET STATISTICS 1000",
            "ALTER TABLE assets_asset ALTER COLUMN scope SET STATISTICS -1",
        ),
    ]
