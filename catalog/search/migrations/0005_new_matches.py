"""Saved searches know what is new since they were opened; asked queries, whether another engine than usual answered."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("search", "0004_follow_assets")]

    operations = [
        migrations.AddField(
            model_name="askedquery",
            name="is_fallback",
            field=models.BooleanField(db_default=False, default=False, help_text="Not the usual engine answered."),
        ),
        migrations.AddField(
            model_name="savedsearch",
            name="news",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(),
                db_default=[],
                default=list,
                help_text="Of the matches those found since the person last opened the search, a hundred at most.",
                size=None,
            ),
        ),
    ]
