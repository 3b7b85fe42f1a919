"""The commands of the protocol, one row each. All code that needs the list of commands reads this table.

The order of the rows is the order in which errors and documents list the commands. CONTRIBUTING.md says how to add one.
"""

from collections.abc import Mapping
from typing import NamedTuple

from catchup.domain.authorization import CALLER_ALONE, READS, Rule, Who


class Command(NamedTuple):
    """A command. `cmd` names the route of the WebSocket API, and the request's member of the Envelope's
    `body`.

    `function`       folder of functions/ with its handler
    `capability`     the capability that it belongs to: its module in `catchup.wire`, its package in `catchup.usecases`
    `rule`           who may use it on which session
    `reply`          the answer's member of the Envelope's `body`
    `parser`         the function of that module which reads the body; None for a body without fields
    `http`           its routes of an HTTP API, as API Gateway writes route keys; none if it needs a connection
    `answered_with`  the `cmd` of the answer, if it is another
    `takes_send`     whether it counts against the sender's limit (`usecases.sending.send_limit`)
    `throttled`      whether its route has a limit of its own at the gateway: one request may cost a hundred writes
    """

    cmd: str
    function: str
    capability: str
    rule: Rule
    reply: str
    parser: str | None = None
    http: tuple[str, ...] = ()
    answered_with: str | None = None
    takes_send: bool = False
    throttled: bool = False

    @property
    def answer_cmd(self) -> str:
        """The `cmd` of the answer."""
        return self.answered_with or self.cmd


def _change(cmd: str, allowed: Who, http: str, takes_send: bool = True, throttled: bool = False) -> Command:
    """A change of a group: a message of the group, answered like any message."""
    rule = Rule(group=allowed)
    return Command(cmd, "group", "groups", rule, "chat_ack", "change_request", (http,), None, takes_send, throttled)


def _revision(cmd: str, http: str) -> Command:
    """A recall or an edit: its notice is a message of the session, answered like any message."""
    rule = Rule(private=Who.NOT_BLOCKED, group=Who.MEMBER)
    return Command(cmd, "chat", "revising", rule, "chat_ack", "revision_request", (http,), takes_send=True)


_ROWS = (
    Command("login", "sync", "catching_up", CALLER_ALONE, "counters_reply", "login_request"),
    Command(
        "counters",
        "sync",
        "catching_up",
        READS,
        "counters_reply",
        "counters_request",
        ("GET /v1/counters", "POST /v1/counters"),
    ),
    Command("clear", "sync", "catching_up", READS, "results_reply", "clear_request", ("POST /v1/counters/clear",)),
    Command(
        "chat",
        "chat",
        "sending",
        Rule(private=Who.NOT_BLOCKED, group=Who.MEMBER),
        "chat_ack",
        "chat_request",
        ("POST /v1/messages",),
        answered_with="chatAck",
        takes_send=True,
    ),
    Command("ack", "sync", "catching_up", READS, "results_reply", "ack_request", ("POST /v1/acks",)),
    Command(
        "pull", "sync", "catching_up", READS, "page_reply", "pull_request", ("POST /v1/sessions/{sessionId}/pull",)
    ),
    Command(
        "history",
        "sync",
        "catching_up",
        READS,
        "page_reply",
        "history_request",
        ("GET /v1/sessions/{sessionId}/messages",),
    ),
    Command(
        "sessions", "sync", "catching_up", CALLER_ALONE, "sessions_reply", "sessions_request", ("GET /v1/sessions",)
    ),
    Command(
        "settings",
        "sync",
        "session_settings",
        READS,
        "settings_reply",
        "settings_request",
        ("POST /v1/sessions/settings",),
    ),
    Command("ping", "sync", "connecting", CALLER_ALONE, "pong", answered_with="pong"),
    _change("create", Who.ANYONE, "POST /v1/groups", throttled=True),
    _change("join", Who.NO_MEMBER, "POST /v1/groups/{groupId}/join"),
    _change("leave", Who.MEMBER, "POST /v1/groups/{groupId}/leave", takes_send=False),
    _change("add", Who.MANAGER, "POST /v1/groups/{groupId}/members", throttled=True),
    _change("remove", Who.MANAGER, "POST /v1/groups/{groupId}/members/remove", throttled=True),
    _change("role", Who.OWNER, "PUT /v1/groups/{groupId}/members/{uid}/role"),
    _change("describe", Who.MANAGER, "PUT /v1/groups/{groupId}"),
    _change("mute", Who.MANAGER, "POST /v1/groups/{groupId}/mute"),
    _change("dissolve", Who.OWNER, "POST /v1/groups/{groupId}/dissolve"),
    Command(
        "ask",
        "group",
        "groups",
        Rule(group=Who.NO_MEMBER),
        "requests_reply",
        "ask_request",
        ("POST /v1/groups/{groupId}/requests",),
        takes_send=True,
    ),
    Command(
        "requests",
        "group",
        "groups",
        Rule(group=Who.MANAGER),
        "requests_reply",
        "requests_request",
        ("GET /v1/groups/{groupId}/requests",),
    ),
    Command(
        "approve",
        "group",
        "groups",
        Rule(group=Who.MANAGER),
        "chat_ack",
        "approve_request",
        ("POST /v1/groups/{groupId}/requests/approve",),
        takes_send=True,
        throttled=True,
    ),
    Command(
        "members",
        "group",
        "groups",
        Rule(group=Who.MEMBER),
        "members_reply",
        "members_request",
        ("GET /v1/groups/{groupId}/members",),
    ),
    _revision("recall", "POST /v1/sessions/{sessionId}/messages/{seq}/recall"),
    _revision("edit", "PUT /v1/sessions/{sessionId}/messages/{seq}"),
    Command("block", "chat", "people", CALLER_ALONE, "block_reply", "block_request", ("PUT /v1/blocks/{uid}",)),
    Command("unblock", "chat", "people", CALLER_ALONE, "block_reply", "block_request", ("DELETE /v1/blocks/{uid}",)),
    Command("blocked", "chat", "people", CALLER_ALONE, "blocked_reply", http=("GET /v1/blocks",)),
    Command("read", "sync", "reading", READS, "results_reply", "read_request", ("POST /v1/counters/read",)),
    Command("receipts", "chat", "receipts", CALLER_ALONE, "receipts_reply", "receipts_request", ("PUT /v1/receipts",)),
    Command(
        "readers",
        "chat",
        "receipts",
        Rule(group=Who.MEMBER),
        "readers_reply",
        "readers_request",
        ("GET /v1/sessions/{sessionId}/messages/{seq}/readers",),
    ),
    Command(
        "signal",
        "chat",
        "signals",
        Rule(private=Who.NOT_BLOCKED, group=Who.MEMBER),
        "signal_reply",
        "signal_request",
        ("POST /v1/signals",),
    ),
    Command("online", "chat", "presence", CALLER_ALONE, "online_reply", "online_request", ("POST /v1/online",)),
    Command(
        "hide",
        "sync",
        "hiding",
        READS,
        "hidden_reply",
        "hide_request",
        ("POST /v1/sessions/{sessionId}/hide",),
        throttled=True,
    ),
    Command(
        "hidden",
        "sync",
        "hiding",
        READS,
        "hidden_reply",
        "hidden_request",
        ("GET /v1/sessions/{sessionId}/hidden",),
    ),
    Command(
        "upload",
        "media",
        "media",
        CALLER_ALONE,
        "upload_reply",
        "upload_request",
        ("POST /v1/uploads",),
        takes_send=True,
    ),
    Command(
        "media",
        "media",
        "media",
        READS,
        "media_reply",
        "media_request",
        ("GET /v1/sessions/{sessionId}/messages/{seq}/media",),
    ),
)
COMMANDS: Mapping[str, Command] = {row.cmd: row for row in _ROWS}
# The commands by their HTTP routes.
ROUTES: Mapping[str, Command] = {route: row for row in _ROWS for route in row.http}

# The pushes, by their `cmd`: their members of the Envelope's `body`.
PUSHES: Mapping[str, str] = {
    "chat": "chat",
    "head": "head",
    "signal": "signal",
    "settings": "settings_push",
    "ask": "ask",
    "read": "read_push",
    "readTo": "read_to_push",
    "receipts": "receipts_push",
    "hide": "hide_push",
}


def of_function(function: str) -> Mapping[str, Command]:
    """The commands that this folder of functions/ answers."""
    return {cmd: command for cmd, command in COMMANDS.items() if command.function == function}


def rule_of(cmd: str) -> Rule:
    """Whom a command allows. Raises LookupError for one that is not in the table: nobody may use it."""
    try:
        return COMMANDS[cmd].rule
    except KeyError:
        raise LookupError(f"commands.py has no row for {cmd!r}") from None
