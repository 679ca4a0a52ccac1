"""What went wrong with a MariaDB or MySQL source, in plain words. Nothing of the driver's text is passed on."""

import socket
import ssl

import pymysql

from catalog.sources import failures
from catalog.sources.failures import Failure
from portal.kit.errors import DomainError, Unavailable

NOT_MARIADB = Failure(
    "not_mariadb", "port", "Something answers on this port, but it is not a MariaDB or MySQL server. Check the port."
)
CLOSED_DATABASE = Failure(
    "no_connect_right",
    "database",
    "The user has no right on this database, or there is none of this name (the server does not tell which). Check the "
    "name, or have the right granted: GRANT SELECT, SHOW VIEW ON … TO …",
)
NOT_ADMITTED = Failure(
    "not_admitted",
    "host",
    "The server admits nobody from the portal's address. Have its administrator make the user for that address, or end "
    "a block after failed attempts by FLUSH HOSTS.",
)
OTHER_SIGN_IN = Failure(
    "sign_in_unsupported",
    "username",
    "The user signs in by a method that can't be used from here (such as a socket file, Kerberos or ed25519). Have a "
    "user made that signs in by password.",
)
PASSWORD_EXPIRED = Failure(
    "password_expired", "password", "The password has expired at the server. Have a new one set there and enter it."
)
STOPPED = Failure("query_stopped", None, "The query was stopped at the server. Try again later.", is_passing=True)
WRONG_PASSWORD_OR_PLAIN = Failure(
    "wrong_password",
    "password",
    f"{failures.WRONG_PASSWORD.words} It may also be that it admits this user with TLS only; it is off here.",
)
TLS_FAILED = Failure(
    "tls_failed",
    "tls",
    "The server and the portal can't agree on how to encrypt. Have the server's TLS brought up to date (TLS 1.2 or "
    "newer).",
)

_BY_CODE = {
    1040: failures.TOO_MANY,
    1043: NOT_MARIADB,
    1044: CLOSED_DATABASE,
    1045: failures.WRONG_PASSWORD,
    1046: failures.UNKNOWN_DATABASE,
    1049: failures.UNKNOWN_DATABASE,
    1053: failures.NOT_READY,
    1129: NOT_ADMITTED,
    1130: NOT_ADMITTED,
    1142: failures.NO_RIGHTS,
    1143: failures.NO_RIGHTS,
    1203: failures.TOO_MANY,
    1205: failures.LOCKED,
    1226: failures.TOO_MANY,
    1227: failures.NO_RIGHTS,
    1317: STOPPED,
    1370: failures.NO_RIGHTS,
    1698: OTHER_SIGN_IN,
    1820: PASSWORD_EXPIRED,
    1862: PASSWORD_EXPIRED,
    1927: failures.GONE,
    1969: failures.TOO_SLOW,
    2006: failures.GONE,
    2013: failures.GONE,
    2026: failures.TLS_REFUSED,
    2059: OTHER_SIGN_IN,
    3024: failures.TOO_SLOW,
    3118: failures.UNKNOWN_USER,
    3159: failures.TLS_NEEDED,
    4151: failures.UNKNOWN_USER,
}


def explain(error: pymysql.Error) -> DomainError:
    """Return what an error in the middle of the work means."""
    failure = _BY_CODE.get(_code(error))
    if isinstance(error, pymysql.InterfaceError):
        failure = failures.GONE  # the driver's word for a line that is closed already
    if failure is failures.GONE and "timed out" in str(error):
        failure = failures.TOO_SLOW
    if failure:
        return failure.error()
    code = f" (number {_code(error)})" if _code(error) else ""
    return Unavailable(f"The source answered a query with an error{code}.", code="source_error")


def explain_opening(error: Exception, *, is_plain: bool = False) -> DomainError:
    """Return what an error on the way in means, of the driver or of what it makes of bytes that it can't read.

    `is_plain` says that the line was not to be encrypted.
    """
    if isinstance(error, DomainError):
        return error
    if not isinstance(error, pymysql.Error):
        return (OTHER_SIGN_IN if isinstance(error, RuntimeError) else NOT_MARIADB).error()
    original = getattr(error, "original_exception", None)
    found = _of_line(original) if isinstance(original, OSError) else _of_driver(error)
    if is_plain and found is failures.WRONG_PASSWORD:
        found = WRONG_PASSWORD_OR_PLAIN
    return (found or failures.FAILED).error()


def _of_driver(error: pymysql.Error) -> Failure | None:
    code, text = _code(error), str(error)
    if code == 1045 and "using password: NO" in text:
        return failures.NO_PASSWORD
    if code == 2013:
        return failures.TIMED_OUT if "timed out" in text else NOT_MARIADB
    if isinstance(error, pymysql.InternalError) or "during authentication" in text:
        return NOT_MARIADB
    return _BY_CODE.get(code)


def _of_line(error: OSError) -> Failure:
    if isinstance(error, ssl.SSLCertVerificationError):
        is_other_name = "match" in error.verify_message.lower()
        return failures.OTHER_NAME if is_other_name else failures.UNTRUSTED
    return next((failure for kind, failure in _BY_KIND if isinstance(error, kind)), failures.UNREACHABLE)


_BY_KIND: tuple[tuple[type[OSError], Failure], ...] = (
    (ssl.SSLError, TLS_FAILED),
    (socket.gaierror, failures.HOST_UNKNOWN),
    (ConnectionRefusedError, failures.REFUSED),
    (TimeoutError, failures.TIMED_OUT),
    (ConnectionError, NOT_MARIADB),
)


def _code(error: pymysql.Error) -> int:
    """Return the number of an error, of the server (1000 and more) or of the driver (2000 and more), else 0."""
    return error.args[0] if error.args and isinstance(error.args[0], int) else 0
