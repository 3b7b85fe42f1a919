"""Ids in paths, and queries."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catchup.commands import ROUTES
from catchup.domain.ids import is_uid
from catchup.wire import catchup_pb2 as pb
from tests.support.events import http_event
from tests.support.http import JSON, PROTOBUF, HttpClient
from tests.support.world import World

SESSION = {"sessionId": "p:alice:bob"}
PULL, HISTORY = "POST /v1/sessions/{sessionId}/pull", "GET /v1/sessions/{sessionId}/messages"
BLOCK = "PUT /v1/blocks/{uid}"


def in_letters(text: str) -> str:
    """An id as any path can have it."""
    return "b64:" + base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize("uid", ["auth0|5f7c", "a+b", "a&b", "...", "bob@example.org", "~!$'()*,;=\\\"<>^`{}[]"])
def test_an_id_in_a_path_is_taken_as_it_comes(alice: HttpClient, uid: str) -> None:
    assert alice.send(BLOCK, path={"uid": uid}).json == {"uid": uid, "blocked": True}
    assert alice.send("DELETE /v1/blocks/{uid}", path={"uid": uid}).json == {"uid": uid, "blocked": False}


@pytest.mark.parametrize("uid", ["a/b", "a?b", "a%b", "a%2Fb", "a%2541", "%41", "a%zz", "/", "?", "%", ".", ".."])
def test_an_id_that_gateways_change_is_refused_in_a_path_and_is_sent_in_letters(alice: HttpClient, uid: str) -> None:
    """What comes as `a%2Fb` may have been sent as that, as `a%252Fb`, or as `a%25252Fb`: no one knows who is meant."""
    error = alice.refused(BLOCK, path={"uid": uid})
    assert (error["field"], "b64:" in error["fix"]) == ("path.uid", True)
    assert alice.send(BLOCK, path={"uid": in_letters(uid)}).json == {"uid": uid, "blocked": True}
    assert alice.send("DELETE /v1/blocks/{uid}", path={"uid": in_letters(uid)}).json["blocked"] is False


@pytest.mark.parametrize("session", ["p:a/b:alice", "p:%41:alice", "p:alice:b?", "g:a/b"])
def test_so_is_one_in_the_id_of_a_session(alice: HttpClient, session: str) -> None:
    for route in (PULL, HISTORY):
        assert alice.refused(route, path={"sessionId": session})["field"] == "path.sessionId"
        answer = alice.send(route, path={"sessionId": in_letters(session)})
        assert answer.status == (400 if session.startswith("g:") else 200)


# Nobody can block themselves.
OTHER_UIDS = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=64).filter(
    lambda text: is_uid(text) and text != "alice"
)


@given(OTHER_UIDS)
def test_any_id_can_be_written_in_letters_that_no_gateway_changes(written: World, uid: str) -> None:
    assert HttpClient(written, "alice").send(BLOCK, path={"uid": in_letters(uid)}).json["uid"] == uid
    HttpClient(written, "alice").send("DELETE /v1/blocks/{uid}", path={"uid": in_letters(uid)})


@pytest.mark.parametrize(
    "value", ["a:b", "a#b", "", "ä", "\ud800", "a b", "B64:YQ", *map(in_letters, ("a:b", "a b", "ä"))]
)
def test_what_is_no_id_is_refused_by_its_place(alice: HttpClient, value: str) -> None:
    assert alice.refused(BLOCK, path={"uid": value})["field"] == "path.uid"


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("b64:", id="empty"),
        pytest.param("b64:!", id="no base64"),
        pytest.param("b64:Y Q", id="with a space"),
        pytest.param("b64:YQ\n", id="with a line break"),
        pytest.param("b64:A", id="half a byte"),
        pytest.param("b64:YQ==", id="padded"),
        pytest.param("b64:YR", id="with bits that no byte has"),
        pytest.param("b64:fn8+", id="of the other alphabet"),
        pytest.param("b64:_w", id="no UTF-8"),
        pytest.param("b64:é", id="no ASCII"),
        pytest.param("b64:\ud800", id="a surrogate"),
        pytest.param("b64:b64:YQ", id="twice"),
    ],
)
def test_an_id_has_one_form_in_base64url_and_no_other_is_taken(alice: HttpClient, value: str) -> None:
    error = alice.refused(BLOCK, path={"uid": value})
    assert (error["field"], error["rule"]) == ("path.uid", "base64url of UTF-8 after b64:")


@pytest.mark.parametrize("encoding", ["json", "pb"])
def test_a_body_may_repeat_what_the_path_says_but_not_contradict(alice: HttpClient, encoding: str) -> None:
    def parts(session: str) -> dict[str, Any]:
        if encoding == "pb":
            content = pb.PullRequest(session_id=session, limit=1).SerializeToString()
            return {"content": content, "headers": {"content-type": PROTOBUF, "accept": JSON}}
        return {"content": json.dumps({"sessionId": session, "limit": 1}).encode()}

    assert len(alice.send(PULL, path=SESSION, **parts("p:alice:bob")).json["messages"]) == 1
    assert len(alice.send(PULL, path=SESSION, **parts("")).json["messages"]) == 1
    assert alice.refused(PULL, path=SESSION, **parts("p:alice:carol"))["field"] == "body.sessionId"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=x", "query.limit"),
        ("limit=", "query.limit"),
        ("limit=1.0", "query.limit"),
        ("limit=%31%20", "query.limit"),
        ("limit=+1", "query.limit"),
        ("limit=1&limit=1", "query.limit"),
        ("limit=1,2", "query.limit"),
        ("limit=1001", "query.limit"),
        ("limit=-1", "query.limit"),
        ("limit=99999999999", "query.limit"),
        (f"before={'9' * 5_000}", "query.before"),
        ("before=-1", "query.before"),
        ("after=9007199254740992", "query.after"),
        ("Limit=1", "query.Limit"),
        ("sessionId=p%3Aalice%3Acarol", "query.sessionId"),
        ("ack=1", "query.ack"),
        ("%00=1", "query.\0"),
        ("%ff=1", "query.\ufffd"),
        ("=", "query."),
        ("b", "query.b"),
        ("limit", "query.limit"),
        ("limit=%zz", "query.limit"),
        ("limit=%", "query.limit"),
        ("limit=1%00", "query.limit"),
        ("limit=%2B1", "query.limit"),
        ("limit=%EF%BC%91", "query.limit"),
        ("limit=0x1", "query.limit"),
        ("limit=1_0", "query.limit"),
        ("limit=1e2", "query.limit"),
        ("limit=true", "query.limit"),
        ("limit=1;before=2", "query.limit"),
        ("limit=1=1", "query.limit"),
        ("limit=1&limit=2&limit=1", "query.limit"),
        ("limit=1&lim%69t=1", "query.limit"),
        ("limit[]=1", "query.limit[]"),
        ("%zz=1", "query.%zz"),
        ("+limit=1", "query.+limit"),
        ("before=&limit=1", "query.before"),
        ("before=1&after=18446744073709551616", "query.after"),
        ("session_id=p%3Aalice%3Abob", "query.session_id"),
        ("next=", "query.next"),
    ],
)
def test_a_query_is_refused_by_its_place(alice: HttpClient, query: str, field: str) -> None:
    assert alice.refused(HISTORY, path=SESSION, query=query)["field"] == field


def test_only_the_raw_query_counts(alice: HttpClient) -> None:
    """The decoded one has values of one name joined by commas, so that two of them look like one."""
    event = http_event(HISTORY, path=SESSION, query="limit=1")
    event["queryStringParameters"] = {"limit": "1,2", "before": "1"}
    assert len(alice.send_event(event, "sync").json["messages"]) == 1


@pytest.mark.parametrize("route", [route for route in ROUTES if not route.startswith("GET ")])
def test_only_a_get_has_a_query(alice: HttpClient, route: str) -> None:
    path = {"sessionId": "p:alice:bob", "groupId": "room", "uid": "bob", "seq": "1"}
    given = {name: value for name, value in path.items() if f"{{{name}}}" in route}
    assert alice.refused(route, path=given, query="limit=1")["field"] == "query.limit"


def test_a_query_is_decoded_once_and_a_plus_is_a_plus(alice: HttpClient) -> None:
    client = HttpClient(alice.world, "b+c")
    for friend in ("a", "a+b"):
        alice.world.online("b+c").chat(friend)
    for query in ("next=after:p:a+b:b+c", "next=after%3Ap%3Aa%2Bb%3Ab%2Bc", "&next=after:p:a+b:b+c&"):
        sessions = client.send("GET /v1/sessions", query=query).json["sessions"]
        assert [each["sessionId"] for each in sessions] == ["p:a:b+c"]
    for query in ("next=after:p:a:b%20c", "next=after%253Ap:a:b%2Bc", "next=%zz", "next=%ff", "next=%20"):
        assert client.refused("GET /v1/sessions", query=query)["field"] == "query.next"
