"""Columns are suggested by the beginning of their name. The index lies on the table of the room below: it serves search only."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('search', '0001_initial'),
    ]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX search_column_name ON assets_column (lower(name) text_pattern_ops)",
            "DROP INDEX search_column_name",
        ),
    ]
