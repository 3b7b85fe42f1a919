"""The runtime interface emulator is started until it answers, and a machine that is busy is no failure."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tools import runtime_emulator
from tools.runtime_emulator import EmulatorFailed, RuntimeEmulator

# In the emulator's place: what it does depends on how often it was started.
FAKE = """#!{python}
import http.server, json, pathlib, socket, sys
starts = pathlib.Path({starts!r})
number = int(starts.read_text() or 0) + 1
starts.write_text(str(number))
port = int(sys.argv[sys.argv.index("--runtime-interface-emulator-address") + 1].rpartition(":")[2])

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_error(404)

    def do_POST(self):
        body = json.dumps(dict(start=number)).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass

def resets(times):
    "Accepts connections and resets them, as a server that listens and is not ready."
    with socket.create_server(("127.0.0.1", port)) as listener:
        for _ in range(times):
            connection, _ = listener.accept()
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, bytes([1, 0, 0, 0, 0, 0, 0, 0]))
            connection.close()

{behaviour}
http.server.HTTPServer(("127.0.0.1", port), Handler).serve_forever()
"""


@pytest.fixture
def emulator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], RuntimeEmulator]:
    def make(behaviour: str) -> RuntimeEmulator:
        binary, starts = tmp_path / "emulator", tmp_path / "starts"
        starts.touch()
        binary.write_text(FAKE.format(python=sys.executable, starts=str(starts), behaviour=behaviour))
        binary.chmod(0o755)
        monkeypatch.setattr(runtime_emulator, "emulator_binary", lambda: binary)
        return RuntimeEmulator("app.handler", tmp_path, {})

    return make


def test_connections_that_are_reset_while_it_starts_are_no_failure(
    emulator: Callable[[str], RuntimeEmulator],
) -> None:
    with emulator("resets(3)") as sandbox:
        assert sandbox.invoke({}) == {"start": 1}


def test_an_emulator_whose_port_was_taken_meanwhile_is_started_again_with_another(
    emulator: Callable[[str], RuntimeEmulator],
) -> None:
    with emulator("if number < 3: sys.exit('address already in use')") as sandbox:
        assert sandbox.invoke({}) == {"start": 3}


def test_one_that_never_starts_is_an_error_with_what_it_said(emulator: Callable[[str], RuntimeEmulator]) -> None:
    with pytest.raises(EmulatorFailed, match="did not start\nno such option"), emulator("sys.exit('no such option')"):
        pass
