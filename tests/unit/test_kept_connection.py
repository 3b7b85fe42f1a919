"""A connection over HTTP/1.1 stays open after whatever is an answer, and in step with the requests."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from http.client import HTTPException

import pytest

from catchup.push.kept_connection import MAX_HEAD_BYTES, KeptConnection

REQUEST = b"POST / HTTP/1.1\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\n"
LAST = b"HTTP/1.1 299 Last\r\nContent-Length: 0\r\n\r\n"
Serve = Callable[..., KeptConnection]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Opens a connection to a server that has these answers, one for each request, and then closes it."""
    threads, connections = [], []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer(answers: tuple[bytes, ...]) -> None:
            with closing(server.accept()[0]) as peer:
                peer.settimeout(10)
                for each in answers:
                    assert peer.recv(len(REQUEST), socket.MSG_WAITALL) == REQUEST
                    peer.sendall(each)

        def serve(*answers: bytes) -> KeptConnection:
            threads.append(threading.Thread(target=answer, args=(answers,)))
            threads[-1].start()
            connections.append(KeptConnection(f"127.0.0.1:{server.getsockname()[1]}", None))
            connections[-1].open(timeout=10)
            return connections[-1]

        yield serve
        for connection in connections:
            connection.close()
        for thread in threads:
            thread.join()


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (200, OK + b"Content-Length: 2\r\n\r\n{}"),
        (200, OK + b"CONTENT-LENGTH:0\r\nX: a:b\r\n\r\n"),
        (200, b"HTTP/1.1 200\r\ncontent-length:2\r\n\r\n{}"),
        (200, OK + b"Content-Length: 100000\r\n\r\n" + b"x" * 100_000),
        (204, b"HTTP/1.1 204 No Content\r\n\r\n"),
        (304, b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n"),
        (410, b"HTTP/1.1 410 Gone\r\nContent-Length: 4\r\n\r\ngone"),
        (200, OK + b"Transfer-Encoding: Chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"),
        (200, OK + b"Transfer-Encoding: chunked\r\n\r\na;x=y\r\n0123456789\r\n1\r\nx\r\n00\r\nTrailer: 1\r\n\r\n"),
        (200, b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nA: b\r\n\r\n" + OK + b"Content-Length: 0\r\n\r\n"),
    ],
)
def test_an_answer_is_read_to_its_end(serve: Serve, status: int, answer: bytes) -> None:
    connection = serve(answer, answer, LAST)
    assert [connection.exchange(REQUEST, timeout=10).status for _ in range(3)] == [status, status, 299]
    assert connection.is_open


@pytest.mark.parametrize(
    "answer",
    [
        OK + b"Content-Length: 2\r\nConnection: Close\r\n\r\n{}",
        OK + b"\r\n{}",
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        OK + b"Content-Length: 1\r\n\r\n{}",
    ],
)
def test_it_is_closed_after_an_answer_after_which_the_next_one_could_not_be_told(serve: Serve, answer: bytes) -> None:
    connection = serve(answer)
    assert connection.exchange(REQUEST, timeout=10).status == 200
    assert not connection.is_open


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\r\n\r\n",
        b"HTTP/2 200\r\n\r\n",
        b"HTTP/1.1 2xx\r\n\r\n",
        b"HTTP/1.1 200 OK",
        OK + b"Content-Length: 2\r\n",
        OK + b"Content-Length: 2\r\n\r\n{",
        OK + b"Content-Length: -2\r\n\r\n{}",
        OK + b"Content-Length: 2, 2\r\n\r\n{}",
        OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n",
        OK + b"Transfer-Encoding: gzip\r\nContent-Length: 0\r\n\r\n",
        OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
        OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{",
        OK + b"Transfer-Encoding: chunked\r\n\r\n2g\r\n{}\r\n0\r\n\r\n",
    ],
)
def test_what_is_no_answer_is_refused(serve: Serve, answer: bytes) -> None:
    with pytest.raises(HTTPException):
        serve(answer).exchange(REQUEST, timeout=10)


def test_an_answer_whose_head_does_not_end_is_refused(serve: Serve) -> None:
    with pytest.raises(HTTPException, match="too long"):
        serve(OK + b"A: b\r\n" * MAX_HEAD_BYTES).exchange(REQUEST, timeout=10)


def test_an_answer_is_waited_for_as_long_as_its_request_says(serve: Serve) -> None:
    connection = serve(LAST, b"", LAST)
    connection.exchange(REQUEST, timeout=10)
    with pytest.raises(TimeoutError):
        connection.exchange(REQUEST, timeout=0.01)
    # The server waits for another request: let it end.
    connection._http.sock.sendall(REQUEST)
