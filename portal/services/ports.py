"""Free TCP ports of 127.0.0.1."""

import random
import socket

from portal.services.errors import ServiceError

# Below the range from which the kernel takes ports of outgoing connections, so that a remembered port stays ours.
_RANGE = range(20_000, 30_000)


def is_free(port: int) -> bool:
    """Whether a server could listen on this port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port(preferred: int = 0) -> int:
    """The preferred port if it is free, otherwise any free one."""
    if preferred and is_free(preferred):
        return preferred
    for port in random.SystemRandom().sample(_RANGE, 200):
        if is_free(port):
            return port
    raise ServiceError("No free TCP port was found between 20000 and 29999 on 127.0.0.1.")
