"""The one way to S3 buckets, of Amazon or of anybody who speaks its protocol."""

from collections.abc import Iterator
from typing import IO, Any, cast
from urllib.parse import urlsplit

import pyarrow.fs as fs

from catalog.sources.engines.files import Entry, Place, findings, unexplained
from catalog.sources.engines.registry import Inspection
from catalog.sources.failures import (
    FAILED,
    HOST_UNKNOWN,
    REFUSED,
    TIMED_OUT,
    UNREACHABLE,
    UNTRUSTED,
    Failure,
)
from catalog.sources.models import Source
from catalog.sources.reports import Findings
from catalog.sources.secrets import with_secret
from portal.kit.errors import DomainError, Invalid

CONNECT_TIMEOUT_S = 10
_REQUEST_TIMEOUT_S = 60
_ATTEMPTS = 3
_DEFAULT_REGION = "us-east-1"
_NOWHERE = "nothing-is-here"

NO_BUCKET = Failure("no_bucket", "database", "There is no bucket of this name here. Check it, the endpoint and region.")
NO_PREFIX = Failure("no_folder", "database", "The bucket has nothing under this prefix. Check it for typing errors.")
WRONG_KEY = Failure(
    "wrong_password", "password", "The store refused the access key or its secret. Enter both of them again."
)
NO_ACCESS = Failure(
    "no_rights", "username", "The access key may not list or read this bucket. It needs s3:ListBucket and s3:GetObject."
)
OTHER_REGION = Failure(
    "other_region", "options.region", "The bucket lies in another region. Enter the region it is in."
)
BAD_ENDPOINT = Failure(
    "endpoint_invalid",
    "options.endpoint",
    "Enter the endpoint as https://host or https://host:port, or leave it empty.",
)
NO_TLS = Failure(
    "no_tls", "options.endpoint", "The endpoint does not answer in TLS. Begin it with http:// if that is meant."
)

# In this order: the text of one failure may hold the words of another.
_BY_TEXT = (
    ("no_such_bucket", NO_BUCKET),
    ("no_such_key", NO_PREFIX),
    ("invalid_access_key_id", WRONG_KEY),
    ("signature_does_not_match", WRONG_KEY),
    ("signaturedoesnotmatch", WRONG_KEY),
    ("invalidaccesskeyid", WRONG_KEY),
    ("expired_token", WRONG_KEY),
    ("access_denied", NO_ACCESS),
    ("http status 403", NO_ACCESS),
    ("http response code: 403", NO_ACCESS),
    ("http status 301", OTHER_REGION),
    ("permanentredirect", OTHER_REGION),
    ("authorizationheadermalformed", OTHER_REGION),
    ("curlcode: 6,", HOST_UNKNOWN),
    ("curlcode: 60", UNTRUSTED),
    ("curlcode: 35", NO_TLS),
    ("curlcode: 28", TIMED_OUT),
    ("no route to host", UNREACHABLE),
    ("curlcode: 7,", REFUSED),
    ("network_connection", FAILED),
)


class Bucket:
    """A bucket, or what lies below a prefix of it."""

    label = "S3 bucket"

    def __init__(self, system: fs.S3FileSystem, path: str) -> None:
        self._system = system
        self._path = path.strip("/")
        self.name = self._path.rpartition("/")[2]

    def ask(self) -> None:
        """Ask for what is not there: one request, answered by a refusal or by nothing."""
        try:
            self._system.get_file_info(fs.FileSelector(f"{self._path}/{_NOWHERE}", allow_not_found=True))
        except OSError as error:
            raise explain(error) from error

    def entries(self) -> Iterator[Entry]:
        """List all keys below: a request a thousand."""
        start = len(self._path) + 1
        try:
            found = self._system.get_file_info(fs.FileSelector(self._path, recursive=True))
        except OSError as error:
            raise explain(error) from error
        for info in found:
            if info.type == fs.FileType.File:
                yield Entry(info.path[start:], info.size, str(info.mtime_ns), (info.mtime_ns or 0) / 1e9)

    def open(self, path: str) -> IO[bytes]:
        """Open an object; it is fetched in the pieces that are read."""
        try:
            return cast("IO[bytes]", self._system.open_input_file(f"{self._path}/{path}"))
        except FileNotFoundError:
            raise
        except OSError as error:
            failure = explain(error)
            raise PermissionError(path) if failure.code == NO_ACCESS.code else failure from error


def bucket_of(source: Source) -> Bucket:
    """Return the source's bucket, after a first question to the store. Raises DomainError in plain words."""
    name = source.database.strip().removeprefix("s3://").strip("/")
    if not name:
        raise Invalid("Enter the name of a bucket.", code="no_bucket", field="database")
    if not source.username.strip():
        return _asked(Bucket(system_of(source, ""), name))
    return with_secret(source, lambda secret: _asked(Bucket(system_of(source, secret), name)))


def _asked(bucket: Bucket) -> Bucket:
    bucket.ask()
    return bucket


def system_of(source: Source, secret: str) -> fs.S3FileSystem:
    """Return a way into the source's store, anonymous without an access key; nothing is sent yet."""
    host, scheme = _endpoint(source)
    key = source.username.strip()
    credentials: dict[str, Any] = {"access_key": key, "secret_key": secret} if key else {"anonymous": True}
    return fs.S3FileSystem(
        **credentials,
        region=source.options.get("region") or _DEFAULT_REGION,
        scheme=scheme,
        endpoint_override=host or None,
        connect_timeout=CONNECT_TIMEOUT_S,
        request_timeout=min(_REQUEST_TIMEOUT_S, source.statement_timeout_seconds),
        retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=_ATTEMPTS),
    )


def _endpoint(source: Source) -> tuple[str, str]:
    """Return host and scheme; both stand for Amazon when none is given."""
    text = str(source.options.get("endpoint") or "").strip().rstrip("/")
    if not text:
        return "", "https"
    try:
        parts = urlsplit(text)
        is_sound = parts.scheme in {"http", "https"} and parts.hostname and not parts.path and not parts.username
        is_sound = is_sound and (parts.port or 1) > 0
    except ValueError:
        is_sound = False
    if not is_sound:
        raise BAD_ENDPOINT.error()
    return parts.netloc, parts.scheme


def explain(error: OSError) -> DomainError:
    """Return what the store's answer means for the source's keeper; nothing of its text is passed on."""
    if isinstance(error, FileNotFoundError):
        return NO_PREFIX.error()
    text = str(error).lower()
    failure = next((failure for part, failure in _BY_TEXT if part in text), None)
    return failure.error() if failure else unexplained(error)


class S3Door:
    """Tests and inspects buckets."""

    def look(self, source: Source) -> Findings:
        """List the bucket and count."""
        place: Place = bucket_of(source)
        return findings(place, _line(source))

    def inspect(self, source: Source) -> Inspection:
        """Report where the bucket is and whether the line to it is encrypted."""
        host, scheme = _endpoint(source)
        bucket_of(source)
        tls = {"protocol": "TLS", "is_verified": True} if scheme == "https" else {}
        found = {"place": "bucket", "endpoint": host or "Amazon S3", "is_anonymous": not source.username.strip()}
        return Inspection("S3", tls=tls, capabilities=found)


def _line(source: Source) -> str:
    return "certificate checked" if _endpoint(source)[1] == "https" else ""


DOOR = S3Door()
