"""Whether PostgreSQL and the broker answer, and their versions."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import redis
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connection

from portal.kit import mail
from portal.kit.errors import DomainError
from portal.kit.mail_servers import answers, is_here, server_of
from portal.management.doctor.findings import Finding, fail, ok, warn
from portal.management.place import Place

_OLDEST_POSTGRESQL = 150000
_EXTENSIONS = {"btree_gin", "fuzzystrmatch", "pg_trgm", "unaccent"}
_START = "Start it with `python3 manage.py services start`, or set {variable} to a server that runs."


def database(place: Place) -> Iterator[Finding]:
    try:
        connection.ensure_connection()
    except OperationalError as error:
        yield fail("PostgreSQL", f"does not answer: {_first_line(error)}", _START.format(variable="DATABASE_URL"))
        return
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('server_version'), current_setting('server_version_num')::int")
        text, number = cursor.fetchone()
        cursor.execute("select name from pg_available_extensions")
        available = {name for (name,) in cursor.fetchall()}
    if number < _OLDEST_POSTGRESQL:
        yield fail("PostgreSQL", f"{text} is too old.", "Use PostgreSQL 15 or later.")
    elif lacking := _EXTENSIONS - available:
        yield fail("PostgreSQL", f"lacks {', '.join(sorted(lacking))}.", "Install PostgreSQL's contrib package.")
    else:
        yield ok("PostgreSQL", f"{text}, database {connection.settings_dict['NAME']}")


def broker(place: Place) -> Iterator[Finding]:
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=5, socket_timeout=5) as client:
            facts = client.info("server")
            policy = client.config_get("maxmemory-policy").get("maxmemory-policy", "noeviction")
    except redis.RedisError as error:
        yield fail("Redis", f"does not answer: {_first_line(error)}", _START.format(variable="REDIS_URL"))
        return
    text = f"{facts.get('server_name', 'redis')} {facts.get('valkey_version') or facts.get('redis_version')}"
    if policy != "noeviction":
        yield warn("Redis", f"{text} may drop queued work (maxmemory-policy {policy}).", "Set it to noeviction.")
    else:
        yield ok("Redis", text)


def mail_server(place: Place) -> Iterator[Finding]:
    """Look whether the mail server takes our sign-in, when one is named."""
    if not mail.is_on():
        yield ok("Mail", "off; EMAIL_URL names a server")
        return
    try:
        server = server_of(settings.EMAIL_URL)
        mail.message_id("doctor")
        answers(server)
    except ImproperlyConfigured as error:
        yield fail("Mail", str(error), "Mend EMAIL_URL and EMAIL_SENDER; without EMAIL_URL no mail is sent.")
    except DomainError as error:
        yield warn("Mail", error.message, "Start the server, or mend EMAIL_URL. What fails is tried again, then kept.")
    else:
        if server.tells_password:
            yield warn("Mail", f"{server} gets the password unencrypted.", "Use starttls:// or smtps:// in EMAIL_URL.")
        elif not server.is_here and is_here(urlsplit(settings.PUBLIC_URL).hostname):
            yield warn(
                "Mail", f"Links in mails lead to {settings.PUBLIC_URL}.", "Set PUBLIC_URL to the portal's address."
            )
        else:
            yield ok("Mail", f"{server} answers")


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
