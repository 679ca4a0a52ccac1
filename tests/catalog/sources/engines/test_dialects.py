"""Engines reached by dialect: the addresses that are made of a source, and what is said when it goes wrong."""

from collections.abc import Callable

import pytest
from sqlalchemy.exc import OperationalError

from catalog.sources.engines import the_engine
from catalog.sources.engines.dialects import explain
from catalog.sources.engines.dialects_entries import BY_DIALECT
from catalog.sources.engines.dialects_known import (
    BIGQUERY,
    DATABRICKS,
    ORACLE,
    REDSHIFT,
    SNOWFLAKE,
    SQL_SERVER,
)
from catalog.sources.engines.registry import Engine
from catalog.sources.models import Source
from portal.kit.errors import DomainError, Invalid

PASSWORD = "p%40ss wörd:/@'\\"


def a_source(**facts: object) -> Source:
    known = {"name": "Shop", "host": "db.example.org", "port": 1, "database": "shop", "username": "reader"}
    return Source(**known | {"tls": Source.Tls.VERIFY} | facts)


def test_snowflake_is_found_by_its_account() -> None:
    options = {"account": "acme-shop", "warehouse": "SMALL"}
    url = SNOWFLAKE.url(a_source(options=options), PASSWORD)
    assert (url.drivername, url.host, url.database, url.password) == ("snowflake", "acme-shop", "shop", PASSWORD)
    assert dict(url.query) == {"application": "atrium", "warehouse": "SMALL"}
    session = SNOWFLAKE.arguments(a_source(), PASSWORD, 300)["connect_args"]["session_parameters"]
    assert session["STATEMENT_TIMEOUT_IN_SECONDS"] == 300


@pytest.mark.parametrize("account", ["", "evil.example/x", "a@b", "a b"])
def test_account_that_is_none_is_refused(account: str) -> None:
    with pytest.raises(Invalid) as caught:
        SNOWFLAKE.url(a_source(options={"account": account}), PASSWORD)
    assert caught.value.field == "account"


def test_bigquery_is_reached_with_the_key_of_an_account() -> None:
    source = a_source(options={"location": "EU"})
    assert BIGQUERY.url(source, "").render_as_string() == "bigquery://shop"
    assert BIGQUERY.arguments(source, '{"type": "service_account"}', 300) == {
        "credentials_info": {"type": "service_account"},
        "location": "EU",
    }
    assert BIGQUERY.place(source) == "`shop`.`region-eu`.INFORMATION_SCHEMA"


@pytest.mark.parametrize("key", ["", "no json", '"text"'])
def test_key_that_is_none_is_refused(key: str) -> None:
    with pytest.raises(Invalid) as caught:
        BIGQUERY.arguments(a_source(options={"location": "EU"}), key, 300)
    assert caught.value.field == "password"


@pytest.mark.parametrize(("location", "project"), [("", "shop"), ("eu`", "shop"), ("eu", "shop`.`x")])
def test_odd_place_is_refused(location: str, project: str) -> None:
    with pytest.raises(Invalid):
        BIGQUERY.place(a_source(database=project, options={"location": location}))


def test_redshift_checks_certificates_unless_tls_is_off() -> None:
    source = a_source(port=5439)
    url = REDSHIFT.url(source, PASSWORD)
    assert (url.drivername, url.host, url.port) == ("redshift+redshift_connector", "db.example.org", 5439)
    for tls, expected in (("disable", (False, "verify-ca")), ("require", (True, "verify-ca"))):
        line = REDSHIFT.arguments(a_source(tls=tls), PASSWORD, 1)["connect_args"]
        assert (line["ssl"], line["sslmode"]) == expected
    assert REDSHIFT.arguments(source, PASSWORD, 1)["connect_args"]["sslmode"] == "verify-full"


def test_databricks_is_reached_by_a_path_and_a_token() -> None:
    source = a_source(port=443, options={"http_path": "/sql/1.0/warehouses/ab12"})
    url = DATABRICKS.url(source, PASSWORD)
    assert (url.username, url.password, url.host) == ("token", PASSWORD, "db.example.org")
    assert dict(url.query) == {
        "http_path": "/sql/1.0/warehouses/ab12",
        "catalog": "shop",
        "schema": "information_schema",
    }


def test_sql_server_encrypts_as_the_source_says() -> None:
    seen = {
        tls: dict(SQL_SERVER.url(a_source(tls=tls), PASSWORD).query) for tls in ("disable", "require", "verify-full")
    }
    assert seen == {
        "disable": {"Encrypt": "no", "TrustServerCertificate": "yes"},
        "require": {"Encrypt": "yes", "TrustServerCertificate": "yes"},
        "verify-full": {"Encrypt": "yes", "TrustServerCertificate": "no"},
    }
    replica = SQL_SERVER.url(a_source(options={"intent": "ReadOnly"}), PASSWORD)
    assert replica.query["ApplicationIntent"] == "ReadOnly"


def test_oracle_is_reached_by_its_service() -> None:
    arguments = ORACLE.arguments(a_source(port=1521), PASSWORD, 1)["connect_args"]
    assert (arguments["dsn"], arguments["ssl_server_dn_match"]) == ("tcps://db.example.org:1521/shop", True)
    plain = ORACLE.arguments(a_source(host="::1", port=1521, tls="prefer"), PASSWORD, 1)["connect_args"]
    assert plain["dsn"] == "tcp://[::1]:1521/shop"


@pytest.mark.parametrize("engine", ["redshift", "databricks", "sqlserver", "oracle"])
def test_what_is_no_single_host_is_refused(engine: str) -> None:
    source = a_source(host="good.example@evil.example")
    address: dict[str, Callable[[], object]] = {
        "redshift": lambda: REDSHIFT.url(source, PASSWORD),
        "databricks": lambda: DATABRICKS.url(source, PASSWORD),
        "sqlserver": lambda: SQL_SERVER.url(source, PASSWORD),
        "oracle": lambda: ORACLE.arguments(source, PASSWORD, 1),
    }
    with pytest.raises(Invalid) as caught:
        address[engine]()
    assert caught.value.code == "host_invalid"


@pytest.mark.parametrize("engine", BY_DIALECT, ids=lambda engine: engine.key)
def test_missing_driver_is_told_with_the_remedy(engine: Engine) -> None:
    known = the_engine(engine.key)
    assert (known.proven, known.extra) == ("", known.key)
    if not known.missing_modules:
        pytest.skip(f"the driver of {known.label} is installed")
    with pytest.raises(DomainError) as caught:
        known.reach()
    assert caught.value.code == "driver_missing"
    assert f"pip install 'atrium[{known.key}]'" in caught.value.message


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("250001 (08001): Incorrect username or password was specified.", "wrong_password"),
        ("Login failed for user 'reader'.", "wrong_password"),
        ("ORA-01017: invalid username/password; logon denied", "wrong_password"),
        ("ORA-12514: Cannot connect to database. Service is not registered", "unknown_database"),
        ('Cannot open database "shop" requested by the login.', "unknown_database"),
        ("403 Access Denied: User does not have bigquery.tables.list permission", "no_rights"),
        ("SQL compilation error: Object does not exist or not authorized.", "no_rights"),
        ("DPY-4024: call timeout of 300000 ms exceeded", "statement_timeout"),
        ("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed", "certificate_untrusted"),
        ("[Errno -2] Name or service not known", "host_unknown"),
        ("something at 10.0.0.1", "source_error"),
    ],
)
def test_errors_of_drivers_are_told_in_plain_words(said: str, code: str) -> None:
    found = explain(OperationalError("SELECT 1", {}, Exception(said)))
    assert found.code == code
    assert "10.0.0.1" not in found.message


def test_error_without_a_known_word_while_connecting() -> None:
    assert explain(OperationalError("", {}, Exception("odd")), is_connecting=True).code == "connection_failed"
