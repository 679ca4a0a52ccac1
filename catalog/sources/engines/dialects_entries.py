"""The engines reached by dialect, as people choose them. None of their drivers is installed with Atrium."""

from catalog.sources.engines.registry import Engine, Family, Option

_DOORS = "catalog.sources.engines.dialects_known"
_CONNECTORS = "catalog.harvest.connectors.dialects_known"


BY_DIALECT: tuple[Engine, ...] = (
    Engine(
        key="snowflake",
        label="Snowflake",
        family=Family.WAREHOUSE,
        door=f"{_DOORS}:SNOWFLAKE_DOOR",
        connector=f"{_CONNECTORS}:SNOWFLAKE_CONNECTOR",
        address=("database", "username", "password"),
        options=(
            Option("account", "Account", "Its identifier, such as myorg-account1.", required=True),
            Option("warehouse", "Warehouse", "Runs the queries; the smallest is enough.", says_where=False),
            Option("role", "Role", "Empty: the user's default role.", says_where=False),
        ),
        needs=("snowflake.sqlalchemy",),
        extra="snowflake",
    ),
    Engine(
        key="bigquery",
        label="BigQuery",
        family=Family.WAREHOUSE,
        door=f"{_DOORS}:BIGQUERY_DOOR",
        connector=f"{_CONNECTORS}:BIGQUERY_CONNECTOR",
        address=("database", "password"),
        labels={"database": "Project", "password": "Key of the service account"},
        helps={
            "password": "The whole JSON file. The account needs the roles Metadata Viewer and Job User of BigQuery."
        },
        options=(
            Option("location", "Location", "Of the data sets: EU, US, europe-west3 …", required=True, default="EU"),
        ),
        needs=("sqlalchemy_bigquery",),
        extra="bigquery",
    ),
    Engine(
        key="redshift",
        label="Redshift",
        family=Family.WAREHOUSE,
        door=f"{_DOORS}:REDSHIFT_DOOR",
        connector=f"{_CONNECTORS}:REDSHIFT_CONNECTOR",
        port=5439,
        needs=("sqlalchemy_redshift", "redshift_connector"),
        extra="redshift",
    ),
    Engine(
        key="databricks",
        label="Databricks",
        family=Family.WAREHOUSE,
        door=f"{_DOORS}:DATABRICKS_DOOR",
        connector=f"{_CONNECTORS}:DATABRICKS_CONNECTOR",
        address=("host", "port", "database", "password"),
        labels={"database": "Catalog", "password": "Access token"},
        helps={"host": "The workspace, such as dbc-a1b2345c-d6e7.cloud.databricks.com."},
        options=(Option("http_path", "HTTP path", "Of the SQL warehouse, such as /sql/1.0/warehouses/ab12.", True),),
        port=443,
        needs=("databricks.sqlalchemy",),
        extra="databricks",
    ),
    Engine(
        key="sqlserver",
        label="SQL Server",
        family=Family.DATABASE,
        door=f"{_DOORS}:SQL_SERVER_DOOR",
        connector=f"{_CONNECTORS}:SQL_SERVER_CONNECTOR",
        options=(
            Option(
                "intent",
                "Replica",
                "A read-only replica of an availability group spares the primary.",
                choices=(("", "Any"), ("ReadOnly", "Read-only")),
                says_where=False,
            ),
        ),
        port=1433,
        needs=("mssql_python",),
        extra="sqlserver",
    ),
    Engine(
        key="oracle",
        label="Oracle",
        family=Family.DATABASE,
        door=f"{_DOORS}:ORACLE_DOOR",
        connector=f"{_CONNECTORS}:ORACLE_CONNECTOR",
        labels={"database": "Service name"},
        port=1521,
        needs=("oracledb",),
        extra="oracle",
    ),
)
