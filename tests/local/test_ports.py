"""Free ports for programs that can't choose one themselves."""

import socket

import pytest

from local import ports
from local.errors import LocalStackError


def test_they_are_free_and_differ_and_no_connection_is_given_one() -> None:
    found = ports.free_ports(50)
    assert len(set(found)) == 50
    assert all(port in ports.NOT_EPHEMERAL for port in found)
    with socket.create_server(("127.0.0.1", found[0])):
        pass


def test_that_none_is_free_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = ports.port_of(taken)
        monkeypatch.setattr(ports, "NOT_EPHEMERAL", range(port, port + 1))
        with pytest.raises(LocalStackError, match="fewer than 1 free ports"):
            ports.free_port()
