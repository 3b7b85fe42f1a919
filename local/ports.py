"""Takes TCP ports, with a clear error if a port is in use."""

import contextlib
import errno
import random
import socket

from local.errors import LocalStackError

# How long a server waits for running requests when it stops. Not 0, which means "for ever" to aiohttp.
SHUTDOWN_SECONDS = 0.1
# Source: ip(7), ip_local_port_range: Linux gives outgoing connections ports from 32768 on; other systems begin higher.
NOT_EPHEMERAL = range(20_000, 32_768)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket on `host`:`port` (0: a free port).

    Callers bind it before slow work, so that a port in use is noticed at once and no client is refused meanwhile.
    """
    try:
        return socket.create_server((host, port), backlog=1024)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise LocalStackError(
                f"port {port} is taken: stop what uses it, or choose another one with `make run PORT={port + 1}`"
            ) from None
        raise LocalStackError(f"can't listen on {host}:{port}: {error.strerror}; choose another HOST or PORT") from None


def port_of(listener: socket.socket) -> int:
    """The port that a listening socket got."""
    port: int = listener.getsockname()[1]
    return port


def free_port() -> int:
    """A port that was just free, for programs that need a number."""
    (port,) = free_ports(1)
    return port


def free_ports(count: int) -> list[int]:
    """As many different free ports, outside the range that the system gives to connections of other programs."""
    with contextlib.ExitStack() as held:
        ports: list[int] = []
        for port in random.sample(NOT_EPHEMERAL, len(NOT_EPHEMERAL)):
            with contextlib.suppress(OSError):
                held.enter_context(socket.create_server(("127.0.0.1", port)))
                ports.append(port)
            if len(ports) == count:
                return ports
    raise LocalStackError(f"fewer than {count} free ports in {NOT_EPHEMERAL}: stop some servers")
