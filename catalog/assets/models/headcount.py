"""How many assets there are, by who may see them and where they lie."""

from django.db import models


class Headcount(models.Model):
    """A number of present assets of one scope, schema and domain, to be added to the others of the same three.

    Triggers of the database (migration `headcount`) write a row in the transaction of each change, so that a number
    tells nothing any more of what somebody has just lost the right to see. Rows are added, never changed, so that
    nobody waits for another; a task adds them up.
    """

    scope = models.CharField(max_length=30)
    schema_id = models.BigIntegerField()
    domain_id = models.BigIntegerField(null=True)
    present = models.IntegerField(help_text="Assets that their source has.")
    commented = models.IntegerField(help_text="Those among them that the source describes.")

    class Meta:
        indexes = [models.Index(fields=["scope"], name="headcount_by_scope")]

    def __str__(self) -> str:
        return f"{self.present:+} {self.scope}"
