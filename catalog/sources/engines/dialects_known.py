"""What differs between the engines reached by dialect: address, limits, and how they name their own things."""

import json
import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import URL

from catalog.sources.engines.dialects import Dialect, DialectDoor
from catalog.sources.engines.web import plain_host
from catalog.sources.models import Source
from portal.kit.errors import Invalid

_CONNECT_TIMEOUT_S = 15
_NAME = "atrium harvest"
_STANDARD_COUNTS = "SELECT table_schema, count(*) FROM {place}.tables GROUP BY table_schema"


def _option(source: Source, name: str) -> str:
    return str(source.options.get(name) or "")


def _address(source: Source) -> dict[str, Any]:
    return {"username": source.username, "host": plain_host(source), "port": source.port}


def _is_encrypted(source: Source) -> bool:
    return source.tls in (Source.Tls.REQUIRE, Source.Tls.VERIFY)


def _snowflake_url(source: Source, password: str) -> URL:
    account = _option(source, "account")
    if not re.fullmatch(r"[\w.-]+", account):
        raise Invalid("Enter the account's identifier, such as myorg-account1.", code="option_invalid", field="account")
    chosen = {name: _option(source, name) for name in ("warehouse", "role") if _option(source, name)}
    return URL.create(
        "snowflake",
        source.username,
        password,
        host=account,
        database=source.database,
        query={"application": "atrium"} | chosen,
    )


def _snowflake_arguments(source: Source, password: str, seconds: int) -> Mapping[str, Any]:
    limits = {"STATEMENT_TIMEOUT_IN_SECONDS": seconds, "QUERY_TAG": _NAME}
    return {"connect_args": {"login_timeout": _CONNECT_TIMEOUT_S, "session_parameters": limits}}


def _bigquery_url(source: Source, password: str) -> URL:
    return URL.create("bigquery", host=source.database)


def _bigquery_arguments(source: Source, password: str, seconds: int) -> Mapping[str, Any]:
    try:
        key = json.loads(password)
    except ValueError:
        key = None
    if not isinstance(key, dict):
        raise Invalid("Enter the service account's key: the whole JSON file.", code="key_invalid", field="password")
    return {"credentials_info": key, "location": _option(source, "location")}


def _bigquery_place(source: Source) -> str:
    location, project = _option(source, "location").lower(), source.database
    if not re.fullmatch(r"[a-z0-9-]+", location):
        raise Invalid("Enter the location of the data sets, such as EU.", code="option_invalid", field="location")
    if not re.fullmatch(r"[\w:.-]+", project):
        raise Invalid("Enter the project's id.", code="unknown_database", field="database")
    return f"`{project}`.`region-{location}`.INFORMATION_SCHEMA"


def _redshift_url(source: Source, password: str) -> URL:
    return URL.create("redshift+redshift_connector", password=password, database=source.database, **_address(source))


def _redshift_arguments(source: Source, password: str, seconds: int) -> Mapping[str, Any]:
    mode = "verify-full" if source.tls == Source.Tls.VERIFY else "verify-ca"
    line = {"ssl": source.tls != Source.Tls.OFF, "sslmode": mode}
    return {"connect_args": {"timeout": _CONNECT_TIMEOUT_S, "application_name": _NAME} | line}


def _databricks_url(source: Source, password: str) -> URL:
    place = {"http_path": _option(source, "http_path"), "catalog": source.database, "schema": "information_schema"}
    return URL.create("databricks", "token", password, host=plain_host(source), port=source.port, query=place)


def _databricks_arguments(source: Source, password: str, seconds: int) -> Mapping[str, Any]:
    limits = {"STATEMENT_TIMEOUT": str(seconds)}
    return {"connect_args": {"session_configuration": limits, "user_agent_entry": "atrium"}}


def _sql_server_url(source: Source, password: str) -> URL:
    trusted = "no" if source.tls == Source.Tls.VERIFY else "yes"
    line = {"Encrypt": "yes" if source.tls != Source.Tls.OFF else "no", "TrustServerCertificate": trusted}
    chosen = {"ApplicationIntent": "ReadOnly"} if _option(source, "intent") == "ReadOnly" else {}
    return URL.create(
        "mssql+mssqlpython", password=password, database=source.database, query=line | chosen, **_address(source)
    )


def _limit_seconds(raw: Any, seconds: int) -> None:
    raw.timeout = seconds


def _oracle_url(source: Source, password: str) -> URL:
    return URL.create("oracle+oracledb", source.username, password)


def _oracle_arguments(source: Source, password: str, seconds: int) -> Mapping[str, Any]:
    host, protocol = plain_host(source), "tcps" if _is_encrypted(source) else "tcp"
    host = f"[{host}]" if ":" in host else host
    is_checked = source.tls == Source.Tls.VERIFY
    place = f"{protocol}://{host}:{source.port}/{source.database}"
    return {
        "connect_args": {"dsn": place, "tcp_connect_timeout": _CONNECT_TIMEOUT_S, "ssl_server_dn_match": is_checked}
    }


def _limit_calls(raw: Any, seconds: int) -> None:
    raw.call_timeout = seconds * 1000


SNOWFLAKE = Dialect(
    label="Snowflake",
    url=_snowflake_url,
    arguments=_snowflake_arguments,
    schemas="SELECT schema_name FROM {place}.schemata",
    counts=_STANDARD_COUNTS,
    version="SELECT current_version()",
    is_covered=True,
)
BIGQUERY = Dialect(
    label="BigQuery",
    url=_bigquery_url,
    arguments=_bigquery_arguments,
    place=_bigquery_place,
    schemas="SELECT schema_name FROM {place}.SCHEMATA",
    counts="SELECT table_schema, count(*) FROM {place}.TABLES GROUP BY table_schema",
    is_covered=True,
)
REDSHIFT = Dialect(
    label="Redshift",
    url=_redshift_url,
    arguments=_redshift_arguments,
    opening=("SET statement_timeout TO {milliseconds}",),
    schemas="SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_'",
    counts="""SELECT n.nspname, count(*) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'v') GROUP BY n.nspname""",
    version="SELECT version()",
    hidden="information_schema catalog_history",
)
DATABRICKS = Dialect(
    label="Databricks",
    url=_databricks_url,
    arguments=_databricks_arguments,
    schemas="SELECT schema_name FROM {place}.schemata",
    counts=_STANDARD_COUNTS,
    is_covered=True,
)
SQL_SERVER = Dialect(
    label="SQL Server",
    url=_sql_server_url,
    prepare=_limit_seconds,
    counts="SELECT table_schema, count(*) FROM information_schema.tables GROUP BY table_schema",
    hidden="information_schema sys guest db_owner db_accessadmin db_securityadmin db_ddladmin db_backupoperator "
    "db_datareader db_datawriter db_denydatareader db_denydatawriter",
)
ORACLE = Dialect(
    label="Oracle",
    url=_oracle_url,
    arguments=_oracle_arguments,
    prepare=_limit_calls,
    opening=("SET TRANSACTION READ ONLY",),
    schemas="SELECT username FROM all_users WHERE oracle_maintained = 'N'",
    counts="""SELECT owner, count(*) FROM (SELECT owner FROM all_tables UNION ALL SELECT owner FROM all_views)
        GROUP BY owner""",
    hidden="",
    is_caseless=True,
)

SNOWFLAKE_DOOR = DialectDoor(SNOWFLAKE)
BIGQUERY_DOOR = DialectDoor(BIGQUERY)
REDSHIFT_DOOR = DialectDoor(REDSHIFT)
DATABRICKS_DOOR = DialectDoor(DATABRICKS)
SQL_SERVER_DOOR = DialectDoor(SQL_SERVER)
ORACLE_DOOR = DialectDoor(ORACLE)
