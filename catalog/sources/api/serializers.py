"""How sources, their health, tests and inspections are written over the API."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from catalog.sources import actions
from catalog.sources.health import Health, standings
from catalog.sources.models import ServerReport, Source
from catalog.sources.policies import may_manage
from portal.kit.people import signed_in

_FOR_MANAGERS = (
    *actions.ADDRESS,
    "secret_expires_on",
    "left_out_schemas",
    "next_secret_waits",
    "statement_timeout_seconds",
    "concurrency",
)


class ReasonSerializer(serializers.Serializer[Any]):
    """Why a source is not simply fine."""

    word = serializers.CharField(source="word.key")
    text = serializers.CharField()
    remedy = serializers.CharField()


class HealthSerializer(serializers.Serializer[Health]):
    """Health: the worst word and every reason."""

    word = serializers.CharField(source="word.key")
    reasons = ReasonSerializer(many=True)


class SourceSerializer(serializers.ModelSerializer[Source]):
    """A source. How it is reached is shown to those who manage it; the password to nobody."""

    password = serializers.CharField(write_only=True, required=False, trim_whitespace=False)
    untested = serializers.BooleanField(
        write_only=True, required=False, default=False, help_text="Store it even if the connection does not work."
    )
    options = serializers.DictField(
        child=serializers.CharField(allow_blank=True), required=False, help_text="Of its engine; see /engines/."
    )
    health = serializers.SerializerMethodField()
    next_secret_waits = serializers.BooleanField(source="next_password_encrypted", read_only=True)

    class Meta:
        model = Source
        fields = (
            "id", "name", "slug", "engine", "description", "host", "port", "database", "username", "password", "tls",
            "options", "secret_reference", "secret_expires_on", "next_secret_waits", "left_out_schemas", "is_private",
            "is_enabled", *actions.SCHEDULE, "next_harvest_at", *actions.LIMITS, "health", "untested",
        )  # fmt: skip
        read_only_fields = ("slug", "next_harvest_at")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._health: dict[int, Health | None] = {}

    def to_representation(self, instance: Source) -> dict[str, Any]:
        """Leave out how the source is reached unless the person manages sources."""
        shown = super().to_representation(instance)
        if not may_manage(signed_in(self.context["request"])):
            for name in _FOR_MANAGERS:
                shown.pop(name, None)
        return shown

    @extend_schema_field(HealthSerializer(allow_null=True))
    def get_health(self, source: Source) -> dict[str, Any] | None:
        """Tell the health of all rows of an answer at once; null to those who may not see runs."""
        if source.pk not in self._health:
            rows = {row.pk: row for row in [*(getattr(self.context["view"], "shown", None) or []), source]}
            found = standings(signed_in(self.context["request"]), rows.values())
            self._health = {pk: standing.health if standing.is_known else None for pk, standing in found.items()}
        health = self._health[source.pk]
        return dict(HealthSerializer(health).data) if health else None

    def create(self, validated_data: dict[str, Any]) -> Source:
        """Store a source after its connection was tested; then its limits."""
        by = signed_in(self.context["request"])
        limits = {name: validated_data.pop(name) for name in actions.LIMITS if name in validated_data}
        source = actions.create(by=by, **{"password": ""} | validated_data)
        actions.set_limits(source, by=by, **limits)
        source.refresh_from_db()
        return source

    def update(self, instance: Source, validated_data: dict[str, Any]) -> Source:
        """Change what is given; a password that is left out stays."""
        by = signed_in(self.context["request"])
        is_private = validated_data.pop("is_private", instance.is_private)
        schedule, limits = (
            {name: validated_data.pop(name) for name in names if name in validated_data}
            for names in (actions.SCHEDULE, actions.LIMITS)
        )
        actions.change(instance, by=by, **validated_data)
        actions.schedule(instance, by=by, **schedule)
        actions.set_limits(instance, by=by, **limits)
        actions.set_privacy(instance, by=by, is_private=is_private)
        instance.refresh_from_db()
        return instance


class StepSerializer(serializers.Serializer[Any]):
    """A step of a test."""

    label = serializers.CharField()  # type: ignore[assignment]  # a field's name, not the serializer's label
    state = serializers.ChoiceField(choices=["done", "problem", "todo"])
    text = serializers.CharField()


class ReportSerializer(serializers.Serializer[Any]):
    """What a test of the connection found."""

    ok = serializers.BooleanField()
    code = serializers.CharField(source="error.code", default=None)
    detail = serializers.CharField(source="error.message", default=None)
    field = serializers.CharField(source="error.field", default=None)
    steps = StepSerializer(many=True)
    server = serializers.CharField(source="findings.server", default=None)
    tls = serializers.CharField(source="findings.tls", default=None)
    schemas = serializers.IntegerField(source="findings.schemas", default=None)
    tables = serializers.IntegerField(source="findings.tables", default=None)
    missing_rights = serializers.ListField(
        child=serializers.CharField(), source="findings.missing_rights", default=list
    )
    notes = serializers.ListField(child=serializers.CharField(), source="findings.notes", default=list)


class NextPasswordSerializer(serializers.Serializer[Any]):
    """The password that the server will take soon."""

    password = serializers.CharField(write_only=True, trim_whitespace=False)
    expires_on = serializers.DateField(required=False, allow_null=True, default=None)


class TriedSerializer(serializers.Serializer[Any]):
    """How each password fared by itself."""

    present = ReportSerializer()
    following = ReportSerializer(allow_null=True)
    took_over = serializers.BooleanField()


class ServerReportSerializer(serializers.ModelSerializer[ServerReport]):
    """What the last inspection found."""

    class Meta:
        model = ServerReport
        fields = ("server", "tls", "capabilities", "error", "inspected_at")


class TimesSerializer(serializers.Serializer[Any]):
    """The next times at which a source is due."""

    times = serializers.ListField(child=serializers.DateTimeField())
