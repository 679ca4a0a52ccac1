"""How a line is protected: protocol, cipher and the server's certificate, as an Inspection keeps them."""

import socket
import ssl
import struct
from typing import Any

from cryptography import x509
from cryptography.x509.oid import NameOID

from catalog.sources.models import Source

_POSTGRESQL_ASKS_FOR_TLS = struct.pack("!ii", 8, 80877103)


def facts_of(line: ssl.SSLSocket) -> dict[str, Any]:
    """Return what protects a line. `names` are those that the certificate is made out to; `expires_at` is ISO, UTC."""
    cipher = line.cipher()
    facts: dict[str, Any] = {
        "protocol": line.version() or "",
        "cipher": cipher[0] if cipher else "",
        "is_verified": line.context.verify_mode == ssl.CERT_REQUIRED,
    }
    certificate = line.getpeercert(binary_form=True)
    return facts | (_certificate(x509.load_der_x509_certificate(certificate)) if certificate else {})


def _certificate(certificate: x509.Certificate) -> dict[str, Any]:
    return {
        "subject": certificate.subject.rfc4514_string(),
        "issuer": certificate.issuer.rfc4514_string(),
        "names": _names(certificate),
        "expires_at": certificate.not_valid_after_utc.isoformat(),
    }


def _names(certificate: x509.Certificate) -> list[str]:
    """Return the alternative names; the common name of an old certificate that has none."""
    try:
        listed = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return [str(part.value) for part in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    return [str(each) for kind in (x509.DNSName, x509.IPAddress) for each in listed.get_values_for_type(kind)]


def of_postgresql(source: Source, context: ssl.SSLContext, *, timeout_s: float) -> dict[str, Any]:
    """Greet a PostgreSQL server once more, since libpq does not hand out the certificate; empty when it has no TLS.

    Nothing is sent but the wish for TLS. Raises OSError.
    """
    with socket.create_connection((source.host, source.port or 0), timeout_s) as plain:
        plain.sendall(_POSTGRESQL_ASKS_FOR_TLS)
        if plain.recv(1) != b"S":
            return {}
        with context.wrap_socket(plain, server_hostname=source.host) as line:
            return facts_of(line)
