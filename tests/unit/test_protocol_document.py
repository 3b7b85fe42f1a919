"""docs/protocol.md says what the code does: its frames can be read, its limits are the code's."""

import json
import re
from typing import Any

import pytest

from catchup import settings
from catchup.commands import COMMANDS, PUSHES
from catchup.domain.allowance import TRICKLE, Limits
from catchup.domain.group import MAX_MEMBERS
from catchup.domain.ids import ID_RULE, UID_RULE
from catchup.domain.receipts import MAX_RECEIPT_MEMBERS
from catchup.domain.signal import MAX_SIGNAL_MEMBERS
from catchup.entrypoint.http import STATUSES
from catchup.usecases.groups.requests import MAX_REQUESTS
from catchup.wire import catchup_pb2 as pb
from catchup.wire.codec import Exchange, decode
from catchup.wire.json_form import from_json
from catchup.wire.signals import KIND_RULE
from local.banner import HTTP_LINES
from tests.support.requests import REQUESTS
from tests.support.world import ROOT, from_pb
from tools.render_readme import render, render_operations


def body_of(member: str) -> Any:
    """The message of a member of the Envelope's body."""
    message = pb.Envelope.DESCRIPTOR.fields_by_name[member].message_type
    assert message is not None
    return getattr(pb, message.name)


DOCUMENT = (ROOT / "docs" / "protocol.md").read_text()
FRAMES = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", DOCUMENT, re.DOTALL)]
ANSWER_BODIES = {command.answer_cmd: body_of(command.reply) for command in COMMANDS.values()}
PUSHED_BODIES = {cmd: body_of(member) for cmd, member in PUSHES.items()}


def is_push(frame: dict[str, Any]) -> bool:
    """A push is shown with its time, and has no reqId."""
    return frame["cmd"] in PUSHES and "time" in frame and not {"reqId", "clientInfo"} & frame.keys()


def unknown_fields(frame: dict[str, Any]) -> bool:
    """Whether a frame of the document has a field that the schema lacks."""
    from google.protobuf.json_format import ParseDict, ParseError

    body = frame.get("body", {})
    kind = (ANSWER_BODIES if "code" in frame else PUSHED_BODIES)[frame["cmd"]]
    header = {name: value for name, value in frame.items() if name != "body"}
    try:
        ParseDict(header, pb.Envelope())
        ParseDict(body, kind())
    except ParseError:
        return True
    return False


@pytest.mark.parametrize("frame", [frame for frame in FRAMES if "code" not in frame and not is_push(frame)])
def test_a_request_of_the_document_is_understood(frame: dict[str, Any]) -> None:
    exchange = Exchange()
    decode(json.dumps(frame), exchange)
    assert exchange.cmd == frame["cmd"]


@pytest.mark.parametrize("frame", [frame for frame in FRAMES if "code" in frame or is_push(frame)])
def test_an_answer_or_push_of_the_document_has_only_fields_of_the_schema(frame: dict[str, Any]) -> None:
    assert not unknown_fields(frame)


@pytest.mark.parametrize("cmd", REQUESTS)
def test_every_request_is_described(cmd: str) -> None:
    assert f"| `{cmd}` | `{cmd}`:" in DOCUMENT
    assert re.search(rf"^### {cmd}$", DOCUMENT, re.MULTILINE)


def test_the_table_of_http_has_each_route_once_in_the_order_of_the_commands() -> None:
    rows = re.findall(r"^\| `(\w+)` \| ((?:`[A-Z]+ /[^`]+`(?:, )?)+) \|$", DOCUMENT, re.MULTILINE)
    routes = {command.cmd: command.http for command in COMMANDS.values() if command.http}
    assert [(cmd, tuple(re.findall(r"`([^`]+)`", told))) for cmd, told in rows] == list(routes.items())


def test_the_statuses_of_http_are_those_of_the_code() -> None:
    section = DOCUMENT[DOCUMENT.index("## 11. HTTP") :]
    rows = re.findall(r"^\| (\d+) \| (`[A-Z_]+`[^|]*) \|$", section, re.MULTILINE)
    told = {code: int(status) for status, codes in rows for code in re.findall(r"`([A-Z_]+)`", codes)}
    assert told == {pb.Code.Name(code): status for code, status in STATUSES.items()}


@pytest.mark.parametrize(
    "text",
    [
        f"at most {settings.MAX_HTTP_BODY_BYTES:,} bytes, and is not compressed",
        f"A page has at most {settings.MAX_HTTP_ANSWER_BYTES:,} bytes before gzip",
        f"`limit` is at most {settings.MAX_HTTP_PAGE:,}, and so are the seqs",
        f"A body over {settings.GZIP_FROM_BYTES - 1:,} bytes is",
    ],
)
def test_the_limits_of_http_are_those_of_the_code(text: str) -> None:
    assert text in DOCUMENT


@pytest.mark.parametrize(
    ("row", "value"),
    [
        ("a frame, either direction", f"{settings.MAX_FRAME_BYTES:,} bytes"),
        ("a message", f"{settings.MAX_MESSAGE_BYTES:,} bytes in either encoding"),
        ("nesting of `msg`", f"{settings.MAX_NESTING} levels"),
        ("uid", f"`{UID_RULE}`"),
        ("groupId, deviceId, msgId", f"`{ID_RULE}`"),
        ("`reqId`", f"{settings.MAX_REQ_ID_BYTES} bytes"),
        ("sessions in a `clear`, `ack`, `counters`, `settings`, `read`", str(settings.MAX_CLEAR_SESSIONS)),
        ("seqs in an `ack` (all sessions together), a `pull`", str(settings.MAX_ACK_SEQS)),
        ("`limit`", f"1 to {settings.MAX_PAGE}"),
        ("members of a group with `readers`", str(MAX_RECEIPT_MEMBERS)),
        ("seqs in a `hide`", str(settings.MAX_HIDDEN_SEQS)),
        ("uids in a `create`, `add`, `remove`, `approve`, and in `at`", str(settings.MAX_NAMED_UIDS)),
        ("`name` of a group", f"{settings.MAX_GROUP_NAME_BYTES} bytes"),
        ("`announcement` of a group", f"{settings.MAX_ANNOUNCEMENT_BYTES:,} bytes"),
        ("`note` of a request to join", f"{settings.MAX_NOTE_BYTES} bytes"),
        ("people who ask to join a group", str(MAX_REQUESTS)),
        ("members of a group", f"{MAX_MEMBERS:,}"),
        ("people that one blocks", str(settings.MAX_BLOCKED)),
        ("`kind` of a signal", f"`{KIND_RULE}`"),
        ("`data` of a signal", f"{settings.MAX_SIGNAL_DATA_BYTES} bytes"),
        ("members of a group with signals", str(MAX_SIGNAL_MEMBERS)),
        ("uids in an `online`", str(settings.MAX_ONLINE_UIDS)),
        ("devices of a person online at once", str(settings.MAX_DEVICES)),
    ],
)
def test_a_limit_of_the_document_is_the_codes(row: str, value: str) -> None:
    assert f"| {row} | {value} |" in DOCUMENT


def test_every_code_of_the_schema_is_explained() -> None:
    section = DOCUMENT[DOCUMENT.index("## 6. Errors") :]
    assert [name for name in pb.Code.DESCRIPTOR.values_by_name if f"`{name}`" not in section] == []


def test_the_limits_of_senders_are_the_defaults() -> None:
    defaults: dict[str, Any] = {name: variable.default for name, variable in settings.VARIABLES.items()}
    burst, rate, hold = defaults["send_burst"], defaults["send_rate"], settings.SEND_COOLDOWN_MS // 1_000
    assert f"| new messages and changes of groups of a person | {burst} at once, {rate} a second" in DOCUMENT
    assert f"`RESOURCE_EXHAUSTED` for the {hold} seconds from the first refusal" in DOCUMENT
    prose = " ".join(DOCUMENT.split())
    assert f"In any t seconds at most {burst} + {rate} t messages and changes get through" in prose
    share = Limits(burst, rate, settings.SEND_COOLDOWN_MS).share
    assert f"except a share of {share} messages, and one in two seconds, per process" in prose
    assert rate * TRICKLE == 1 / 2


def test_the_counter_fields_are_those_of_the_schema() -> None:
    for field in pb.Counter.DESCRIPTOR.fields:
        assert f"`{field.json_name}`" in DOCUMENT
    assert from_json({"count": 1}, pb.Counter()).count == 1


def test_readme_has_the_costs_that_were_measured() -> None:
    readme = (ROOT / "README.md").read_text()
    results = ROOT / "bench" / "results"
    rows, groups = (json.loads((results / name).read_text()) for name in ("cost.json", "groups.json"))
    assert render(readme, rows, groups) == readme
    operations = (ROOT / "docs" / "operations.md").read_text()
    assert render_operations(operations, groups) == operations


PAIRS = [block.splitlines() for block in re.findall(r"```jsonl\n(.*?)```", DOCUMENT, re.DOTALL)]


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: json.loads(pair[0])["cmd"])
def test_the_two_encodings_of_a_frame_in_the_document_are_the_same(pair: list[str]) -> None:
    text, base64_form = pair
    assert from_pb(json.loads(base64_form)["pb"]) == json.loads(text)


def test_every_request_and_every_answer_is_shown_in_both_encodings() -> None:
    shown = {("code" in frame, frame["cmd"]) for frame in (json.loads(pair[0]) for pair in PAIRS)}
    requests = {(False, cmd) for cmd in REQUESTS}
    answers = {(True, COMMANDS[cmd].answer_cmd) for cmd in REQUESTS if cmd != "counters"}
    assert shown >= requests | answers | {(True, "error")}


def test_the_readme_has_the_requests_that_make_run_prints() -> None:
    readme = (ROOT / "README.md").read_text()
    assert all(f"\n{line}\n" in readme for line in HTTP_LINES)
