"""Which names say that a column tells when its row was changed, as real servers match them."""

import pytest

from catalog.sources.engines.update_columns import UPDATE_COLUMN
from tests.catalog.sources.warehouse import Warehouse, administrator
from tests.engines import mariadb

pytestmark = [pytest.mark.engine, pytest.mark.django_db]

UPDATE_COLUMNS = (
    *("updated_at", "modified_on", "last_change", "last_updated", "lastModified", "modification_date", "ChangedAt"),
    *(
        "date_modified",
        "row_update_time",
        "mtime",
        "LAST_UPD_UPDATED",
        "geaendert_am",
        "geändert_am",
        "letzte_aenderung",
    ),
    *(
        "aenderungsdatum",
        "Änderungsdatum",
        "aktualisiert_am",
        "zuletzt_geaendert",
        "bearbeitet_am",
        "date_modification",
    ),
    *("modifie_le", "maj_le", "date_maj", "mis_a_jour_le", "derniere_modification", "date_mise_a_jour", "actualise_le"),
    *("fecha_modificacion", "actualizado_en", "fecha_actualizacion", "ultima_modificacion", "modificado_el"),
)
OTHERS = (
    "created_at",
    "exchange_date",
    "birthday",
    "ordered_on",
    "geburtsdatum",
    "date_naissance",
    "fecha_alta",
    "jam",
)


def test_update_columns_are_told_by_name_by_both_servers(warehouse: Warehouse) -> None:
    names = [name.lower() for name in (*UPDATE_COLUMNS, *OTHERS)]
    wanted = {name.lower(): name in UPDATE_COLUMNS for name in (*UPDATE_COLUMNS, *OTHERS)}
    with administrator(warehouse.database) as server:
        found = server.execute("SELECT name, name ~ %s FROM unnest(%s::text[]) AS name", [UPDATE_COLUMN, names])
        assert dict(found.fetchall()) == wanted
    with mariadb.shared().admin() as line, line.cursor() as cursor:
        matches: dict[str, bool] = {}
        for name in names:
            cursor.execute("SELECT %s RLIKE %s", [name, UPDATE_COLUMN])
            matches[name] = bool(cursor.fetchone()[0])
    assert matches == wanted
