"""The connector of docs/connectors.md, built from the page, installed and harvested with."""

import importlib
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from catalog.assets.models import Asset, Column
from catalog.sources.engines import all_engines, registry, the_engine
from catalog.sources.reports import look
from portal.kit.errors import Invalid
from tests.catalog.harvest.conftest import harvested
from tests.factories.catalog import make_source

_PAGE = Path(__file__).parents[4] / "docs" / "connectors.md"
_FILE = re.compile(r"^`(?P<name>[\w./]+)`:[^\n]*\n\n```(?:python|toml)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
DICTIONARY = """schema,table,column,type,comment
sales,orders,id,BIGINT,The number
sales,orders,placed,DATE,
sales,customers,id,BIGINT,
tmp,scratch,x,TEXT,
"""


def _files() -> dict[str, str]:
    return {found["name"]: found["text"] for found in _FILE.finditer(_PAGE.read_text())}


def _install(place: Path) -> None:
    """Lay the files as pip would: the package, and beside it what says which entry points it has."""
    files = _files()
    project = tomllib.loads(files.pop("pyproject.toml"))["project"]
    facts = place / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    points = project["entry-points"]["atrium.engines"]
    listed = "\n".join(f"{name} = {value}" for name, value in points.items())
    (facts / "entry_points.txt").write_text(f"[atrium.engines]\n{listed}\n")
    for name, text in files.items():
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_text(text)


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    place = tmp_path / "site-packages"
    place.mkdir()
    _install(place)
    monkeypatch.syspath_prepend(str(place))
    monkeypatch.setattr(registry, "_engines", dict(registry._engines))
    importlib.invalidate_caches()
    registry._load_entry_points.cache_clear()
    yield place
    registry._load_entry_points.cache_clear()
    for name in [name for name in sys.modules if name.startswith("atrium_dictionary")]:
        del sys.modules[name]


def test_the_page_holds_the_whole_package() -> None:
    assert set(_files()) == {
        "atrium_dictionary/__init__.py",
        "atrium_dictionary/door.py",
        "atrium_dictionary/connector.py",
        "pyproject.toml",
    }


def test_engine_is_there_once_installed_and_its_driver_is_not_imported_before(installed: Path) -> None:
    assert "dictionary" in {engine.key for engine in all_engines()}
    assert "atrium_dictionary" in sys.modules
    assert "atrium_dictionary.connector" not in sys.modules


def test_engine_is_unknown_when_it_is_not_installed() -> None:
    with pytest.raises(Invalid) as caught:
        the_engine("dictionary")
    assert caught.value.code == "engine_unknown"


@pytest.mark.django_db(transaction=True)
def test_example_is_tested_and_harvested(installed: Path, tmp_path: Path, settings: Settings) -> None:
    settings.FILE_SOURCES = [str(tmp_path)]
    file = tmp_path / "dictionary.csv"
    file.write_text(DICTIONARY)
    source = make_source(engine="dictionary", database=str(file), left_out_schemas="tmp*", removal_limit_percent=100)
    report = look(source)
    assert report.findings is not None
    assert (report.findings.schemas, report.findings.tables) == (2, 3)

    assert harvested(source).added == 2
    orders = Asset.objects.get(name="orders")
    assert list(orders.columns.values_list("name", "logical_type", "comment")) == [
        ("id", "integer", "The number"),
        ("placed", "date", ""),
    ]
    assert harvested(source).unchanged == 2
    file.write_text(DICTIONARY.replace("placed,DATE", "placed,TIMESTAMP"))
    run = harvested(source)
    assert (run.added, run.changed, run.unchanged) == (0, 1, 1)
    assert Column.objects.get(name="placed").logical_type == "timestamp"

    file.write_text("something,else\n1,2\n")
    error = look(source).error
    assert error is not None
    assert (error.code, error.field) == ("not_a_dictionary", "database")
