"""Sums in the tally; indexes for names by popularity, ages by scope, and what a source or domain shows to whom."""

import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("search", "0006_fast_words")]

    operations = [
        migrations.AddField(
            model_name="tally",
            name="is_sum",
            field=models.BooleanField(db_default=False, default=False, help_text="What was added up; once each."),
        ),
        migrations.AddConstraint(
            model_name="tally",
            constraint=models.UniqueConstraint(
                fields=["scope", "name"], condition=models.Q(is_sum=True), name="tally_sum_once"
            ),
        ),
        migrations.AddIndex(
            model_name="tally",
            index=models.Index(fields=["id"], condition=models.Q(is_sum=False), name="tally_to_add"),
        ),
        migrations.AddIndex(
            model_name="document",
            index=django.contrib.postgres.indexes.GinIndex(fields=["name_words"], name="document_name_words"),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(
                django.db.models.functions.text.Left("name_key", 2),
                models.F("popularity").desc(),
                condition=models.Q(popularity__gt=0),
                include=["name_key", "scope", "asset"],
                name="document_popular_start",
            ),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(fields=["scope", "-updated_at", "asset"], name="document_updated_by_scope"),
        ),
        migrations.AddIndex(
            model_name="document", index=models.Index(fields=["source_id", "scope"], name="document_source")
        ),
        migrations.AddIndex(
            model_name="document", index=models.Index(fields=["domain_id", "scope"], name="document_domain")
        ),
    ]
