"""References to secrets kept elsewhere, and the day a secret ends."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sources', '0003_engines_and_schedules'),
    ]

    operations = [
        migrations.AddField(
            model_name='source',
            name='secret_expires_on',
            field=models.DateField(blank=True, help_text='The last day on which the password is valid, when somebody has said so.', null=True),
        ),
        migrations.AddField(
            model_name='source',
            name='secret_reference',
            field=models.CharField(blank=True, help_text='Where the password is kept instead of here: env:NAME or file:/PATH.', max_length=300),
        ),
    ]
