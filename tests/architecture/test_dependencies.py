"""Rooms depend downwards: by import, and by foreign key."""

import ast
import subprocess
import sys
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group
from django.db.models import Field

from tests.architecture.sources import ROOT, modules, name_of, parsed

# From the ground up; a model may point to its own room or to one further left.
ROOMS = ["kit", "audit", "sources", "assets", "search", "harvest", "people"]


def test_import_contracts_hold() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def _relations() -> list[tuple[str, str, str]]:
    exempt = {settings.AUTH_USER_MODEL.lower(), Group._meta.label_lower}
    return [
        (model._meta.app_label, field.related_model._meta.app_label, f"{model._meta.label}.{field.name}")
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in ROOMS
        for field in model._meta.get_fields()
        if isinstance(field, Field)
        and field.related_model
        and not isinstance(field.related_model, str)
        and field.related_model._meta.label_lower not in exempt
        and field.related_model._meta.app_label in ROOMS
    ]


def test_foreign_keys_point_downwards() -> None:
    relations = _relations()
    assert [name for start, end, name in relations if ROOMS.index(end) > ROOMS.index(start)] == []
    assert len(relations) > 10


def test_every_room_has_its_place() -> None:
    own = {
        config.label
        for config in apps.get_app_configs()
        if config.name.split(".")[0] in {"catalog", "governance", "access"}
    }
    assert own <= set(ROOMS)


def test_no_import_hides_inside_a_function() -> None:
    hidden = [
        f"{name_of(path)}:{node.lineno}"
        for path in modules()
        for function in ast.walk(parsed(path))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom) and not _may_import_late(path, node)
    ]
    assert hidden == []


def _may_import_late(path: Path, node: ast.Import | ast.ImportFrom) -> bool:
    """An AppConfig registers its room when Django is ready; the bootstrap runs before packages are installed."""
    return path.name == "apps.py" or name_of(path) == "portal/bootstrap.py"
