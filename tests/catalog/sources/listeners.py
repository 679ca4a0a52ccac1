"""Things that listen on a port: silent ones, other protocols, an old PostgreSQL, and TLS before a real server."""

import select
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

_TLS_REQUEST = struct.pack("!ii", 8, 80877103)
Talk = Callable[[socket.socket], None]


@contextmanager
def listening(talk: Talk) -> Iterator[int]:
    """Listen on a port of 127.0.0.1 and give every visitor to `talk`."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_serve, args=(server, talk), daemon=True)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def _serve(server: socket.socket, talk: Talk) -> None:
    with suppress(OSError):
        while True:
            visitor, _ = server.accept()
            threading.Thread(target=_converse, args=(visitor, talk), daemon=True).start()


def _converse(visitor: socket.socket, talk: Talk) -> None:
    with visitor, suppress(OSError):
        talk(visitor)


def silence(visitor: socket.socket) -> None:
    """Take what comes and say nothing."""
    while visitor.recv(4096):
        pass


def web(visitor: socket.socket) -> None:
    """Answer as a web server does."""
    visitor.recv(4096)
    visitor.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")


def old_postgresql(visitor: socket.socket) -> None:
    """Sign anybody in and say that this is PostgreSQL 9.6."""
    if visitor.recv(4096) == _TLS_REQUEST:
        visitor.sendall(b"N")
        visitor.recv(4096)
    version = b"server_version\x009.6.24\x00"
    signed_in = b"R" + struct.pack("!ii", 8, 0)
    parameter = b"S" + struct.pack("!i", 4 + len(version)) + version
    encoding = b"client_encoding\x00UTF8\x00"
    parameter += b"S" + struct.pack("!i", 4 + len(encoding)) + encoding
    ready = b"Z" + struct.pack("!i", 5) + b"I"
    visitor.sendall(signed_in + parameter + ready)
    silence(visitor)


def asking_for_the_password(heard: list[bytes]) -> Talk:
    """Return a talk that asks for the bare password and keeps what it hears afterwards."""

    def talk(visitor: socket.socket) -> None:
        if visitor.recv(4096) == _TLS_REQUEST:
            visitor.sendall(b"N")
            visitor.recv(4096)
        visitor.sendall(b"R" + struct.pack("!ii", 8, 3))
        while data := visitor.recv(4096):
            heard.append(data)

    return talk


def tls_before(port: int, certificate: str, key: str) -> Talk:
    """Return a talk that speaks TLS to the visitor and passes everything on to the server at the port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    def talk(visitor: socket.socket) -> None:
        assert visitor.recv(8) == _TLS_REQUEST
        visitor.sendall(b"S")
        with (
            context.wrap_socket(visitor, server_side=True) as inside,
            socket.create_connection(("127.0.0.1", port)) as server,
        ):
            _pass_on(inside, server)

    return talk


def _pass_on(visitor: ssl.SSLSocket, server: socket.socket) -> None:
    while True:
        ready = [visitor] if visitor.pending() else select.select([visitor, server], [], [])[0]
        for here in ready:
            there = server if here is visitor else visitor
            if not (data := here.recv(65536)):
                return
            there.sendall(data)
