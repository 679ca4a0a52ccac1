"""Certificates for the servers of tests: an authority of its own and what it signs."""

import datetime as dt
import ipaddress
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

VALID_DAYS = 30


@dataclass(frozen=True)
class Files:
    """Paths of PEM files that everybody may read, and when the certificate ends."""

    authority: Path
    certificate: Path
    key: Path
    expires_at: dt.datetime


def make(folder: Path, address: str = "127.0.0.1") -> Files:
    """Write an authority and a certificate for an address, called "warehouse", signed by it."""
    now = dt.datetime.now(dt.UTC).replace(microsecond=0)
    ends = now + dt.timedelta(days=VALID_DAYS)
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = _begun("Atrium test authority", "Atrium test authority", root_key, now, ends, 1)
    root = root.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address)), x509.DNSName("warehouse.test")])
    leaf = _begun("warehouse", "Atrium test authority", key, now, ends, 2).add_extension(names, critical=False)
    files = Files(folder / "authority.pem", folder / "certificate.pem", folder / "key.pem", ends)
    for path, made in ((files.authority, root), (files.certificate, leaf)):
        path.write_bytes(made.sign(root_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption())
    files.key.write_bytes(key.private_bytes(*form))
    return files


def _begun(
    subject: str, issuer: str, key: ec.EllipticCurvePrivateKey, now: dt.datetime, ends: dt.datetime, number: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(number)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(ends)
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
