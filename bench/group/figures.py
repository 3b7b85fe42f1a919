"""The rows of groups.json, and their budgets. FIELDS explains each field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.metering import Cost

# `calls` and `steps` of a chat count only DynamoDB; the queue is counted separately.
FIELDS = {
    "sizes": "one message to a group, by the group's size and how many are online",
    "sizes.members": "members of the group",
    "sizes.online": "members with an open connection, the sender included",
    "sizes.found_by": "where the fan-out finds those online: presence (of every member), roster, or hints (the roster, "
    "once a second at most, since more than 300 are online)",
    "chat": "the request up to chatAck",
    "chat.wu, fan_out.wu": "DynamoDB write units",
    "chat.ru, fan_out.ru": "DynamoDB read units",
    "chat.calls, fan_out.calls": "sequential DynamoDB calls: the longest chain that waits for one another",
    "chat.total_calls, fan_out.total_calls": "all DynamoDB calls",
    "chat.queue_messages": "SendMessage calls to SQS",
    "chat.ms_median, chat.ms_p99": "milliseconds from the event to the answer, in one process, the queue in memory",
    "chat.times": "how many requests these are of",
    "fan_out": "the work on one job, or on one hint",
    "fan_out.pushes": "posts to @connections",
    "fan_out.per_chat": "fan-outs for each message, as timed: below 1 where hints stand for many",
    "fan_out.ms_median, fan_out.ms_p99": "milliseconds of the handler, with @connections in memory",
    "…by_rule": "the write and read units among them that the engine does not report (bench/capacity.py)",
    "…steps": "the calls, by round: `2. 25 x UpdateItem Counter`",
    "marks_hot": "write units of the fan-out that finds more than 300 online, and turns to hints; else absent",
    "own_messages": "chats of someone who never clears: each 64th tells older own ones by a number. share: of chats",
    "young_rosters": "the fan-out in the first two hours after a group has got more than 100 members",
    "changes": "requests that are judged by the order of the session, in a group of three; wu, ru, calls as above",
    "changes.met": "changes that a message meets on its way to its place",
    "changes.request": "which; what a message meets came after its author's look-up, and before its put",
    "write_fan_out": "for comparison: the same message stored for each member who is offline, an Inbox row and a "
    "Counter update each",
    "write_fan_out.offline": "members that it is stored for",
    "write_fan_out.wu": "write units for one message",
    "write_fan_out.wu_per_offline_member": "write units for each of them",
    "write_fan_out.calls": "sequential DynamoDB calls, 25 at once",
    "write_fan_out.ms": "milliseconds until all rows are there; null if computed",
    "write_fan_out.computed": "true: not measured, but reckoned from the largest measured size's figures per member",
    "logins": "the login of a person in 200 groups; wu, ru, calls, total_calls as above",
    "logins.unread_groups, logins.roster_groups": "groups with something unread; groups with a roster",
    "logins.bytes, logins.bytes_pb": "bytes of the answer's first frame, in the JSON and in the protobuf form",
    "logins.told, logins.previewed": "groups whose counters, whose last messages are in that frame",
    "logins.frames": "frames until all counters are told",
    "idle_groups": "a login with 200 idle groups less one with none, for each group; ru, wu",
    "contention": "several senders, each without a pause, into one group",
    "contention.senders": "threads, each with a service instance of its own",
    "contention.messages": "messages that were acked, over all senders",
    "contention.messages_per_second": "one Python process, DynamoDB Local beside it: bound by the CPU",
    "contention.collisions_per_message": "metric SeqCollisions: a seq was taken when it was to be allocated",
    "contention.wu_per_message": "DynamoDB write units, those of failed conditions included",
    "contention.ms_median, contention.ms_p99": "milliseconds from the event to the answer",
    "contention.sent_again": "answers that were not OK, so that the message was sent again",
    "budgets": "what must hold: name, bound, worst, ok",
}

MAX_CHAT_WU = 4
MAX_CHAT_RU = 3
MAX_CHAT_CALLS = 5
MAX_MET_RU = 1
QUEUE_MESSAGES = 1
FAN_OUT_WU = 0
# The write that notes how far everyone has been told.
HINT_WU = 1
# An entry of a roster has at most some 250 bytes, and a read unit is 4 KB; a query costs at least one.
ROSTER_RU_PER_ONLINE = 1 / 16
MAX_LOGIN_CALLS = 4
MAX_LOGIN_RU = 250
MAX_IDLE_RU = 1.3

Figures = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Budget:
    """A limit, and the figure that comes nearest to it or breaks it. `exact`: the figure must equal it."""

    name: str
    bound: float
    worst: float
    exact: bool = False

    @property
    def ok(self) -> bool:
        """Whether the budget holds."""
        return self.worst == self.bound if self.exact else self.worst <= self.bound

    def as_json(self) -> Figures:
        """The budget in the form of groups.json."""
        return {"name": self.name, "bound": self.bound, "worst": self.worst, "ok": self.ok}


def cost_figures(cost: Cost) -> dict[str, Any]:
    """The figures of a request that are called the same in each row."""
    return {
        "wu": cost.write_units,
        "ru": cost.read_units,
        "calls": cost.sequential,
        "total_calls": len(cost.calls),
        "steps": list(cost.steps),
    }


def budgets(result: Mapping[str, Sequence[Figures]]) -> Sequence[Budget]:
    """All budgets, over all sizes and logins."""
    chats = [size["chat"] for size in result["sizes"]]
    by_message = [size for size in result["sizes"] if size["found_by"] != "hints"]
    by_hint = [size for size in result["sizes"] if size["found_by"] == "hints"]
    plain = [login for login in result["logins"] if not login["roster_groups"]]
    idle = [groups["ru"] for groups in result["idle_groups"]]
    return [
        Budget("chat: write units", MAX_CHAT_WU, max(chat["wu"] for chat in chats)),
        Budget("chat: read units", MAX_CHAT_RU, max(chat["ru"] for chat in chats)),
        Budget("chat: calls in a row", MAX_CHAT_CALLS, max(chat["calls"] for chat in chats)),
        Budget("chat: read units for each change that is met", MAX_MET_RU, _for_each_met(result["changes"])),
        Budget("chat: queue messages", QUEUE_MESSAGES, max(chat["queue_messages"] for chat in chats), exact=True),
        Budget("fan-out: write units", FAN_OUT_WU, max(size["fan_out"]["wu"] for size in by_message)),
        Budget("hint: write units", HINT_WU, max(size["fan_out"]["wu"] for size in by_hint)),
        *_reads_of_rosters(result["sizes"]),
        Budget("login, 200 groups: calls in a row", MAX_LOGIN_CALLS, max(login["calls"] for login in plain)),
        Budget("login, 200 groups: read units", MAX_LOGIN_RU, max(login["ru"] for login in plain)),
        Budget("login, each idle group: read units", MAX_IDLE_RU, max(idle)),
    ]


def _for_each_met(changes: Sequence[Figures]) -> float:
    """The cost that each further change adds to a message that meets it."""
    first, *_, last = [row for row in changes if row["met"]]
    return float(round((last["ru"] - first["ru"]) / (last["met"] - first["met"]), 2))


def _reads_of_rosters(sizes: Sequence[Figures]) -> Sequence[Budget]:
    """The budget of roster reads: they grow with the people online, at the same rate for each number of members."""
    reads: dict[int, set[float]] = {}
    for size in sizes:
        if size["found_by"] == "roster":
            reads.setdefault(size["online"], set()).add(size["fan_out"]["ru"])
    with_roster = [size for size in sizes if size["found_by"] != "presence"]
    rates = [(size["fan_out"]["ru"] - 2) / size["online"] for size in with_roster]
    spread = max(max(units) - min(units) for units in reads.values())
    return [
        Budget("fan-out by roster: read units beyond 2, for each online", ROSTER_RU_PER_ONLINE, round(max(rates), 4)),
        Budget("fan-out by roster: read units between sizes with as many online", 0.5, spread),
    ]
