"""Checks that Bob received exactly the messages that friends sent."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from catchup_client import CatchUpReport, Client, LoginReport
from catchup_client.names import SessionId, Uid, is_group, private_session
from demo.group_check import GroupVerdict
from demo.old_way import OldWay
from demo.plan import Plan

# How many messages of a session are read from Bob's database at once.
PAGE = 500


@dataclass(frozen=True, slots=True)
class CheckResult:
    """`figures`: the JSON object of `--json`. `mistakes`: what went wrong, in words."""

    figures: Mapping[str, object]
    mistakes: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        """Whether nothing was lost, doubled, out of order or miscounted."""
        return not self.mistakes


def verify(
    plan: Plan,
    counted: Mapping[SessionId, int],
    bob: Client,
    report: CatchUpReport,
    login: LoginReport,
    old_way: OldWay,
    of_group: GroupVerdict,
) -> CheckResult:
    """Compares Bob's database with the plan, session by session. The result includes `of_group`, about the group."""
    mistakes: list[str] = [*of_group.mistakes]
    private = [each for session, each in report.sessions.items() if not is_group(session)]
    duplicates = sum(each.duplicates for each in private)
    received = lost = doubled = 0
    for friend in plan.friends:
        session, sent = private_session(Uid(friend), Uid("bob")), plan.texts(friend)
        held = _texts(bob, session)
        received += len(held)
        lost += sum((Counter(sent) - Counter(held)).values())
        doubled += sum((Counter(held) - Counter(sent)).values())
        if held != sent:
            mistakes.append(f"{session}: what arrived is not what was sent, in its order")
        if counted.get(session, 0) != len(sent):
            mistakes.append(f"{session}: the red dot said {counted.get(session, 0)}, sent were {len(sent)}")
    doubled += duplicates
    if duplicates:
        mistakes.append(f"{duplicates} messages came twice")
    ends = Counter(each.end_reason.name for each in private)
    if dict(ends) != {"CAUGHT_UP": plan.sessions}:
        mistakes.append(f"the end flags are {dict(ends)}")
    figures = {
        "sent": plan.messages,
        "received": received,
        "lost": lost,
        "duplicates": doubled,
        "login_bytes": login.bytes,
        "login_ms": round(login.seconds * 1_000, 1),
        "page_ms_p50": round(report.page_seconds(0.5) * 1_000, 1),
        "page_ms_p99": round(report.page_seconds(0.99) * 1_000, 1),
        "sessions": plan.sessions,
        "end_flags": dict(ends),
        "group": of_group.figures,
        "old_way": {
            "messages": old_way.messages,
            "frames": old_way.frames,
            "bytes": old_way.bytes,
            "ms": round(old_way.seconds * 1_000, 1),
        },
    }
    return CheckResult(figures, tuple(mistakes))


def _texts(bob: Client, session: SessionId) -> list[str]:
    """The texts of a session in Bob's database, oldest first."""
    texts: list[str] = []
    before: int | None = None
    while page := bob.messages(session, before=before, limit=PAGE):
        texts += [str(message.content["message"]) for message in page]
        before = page[-1].seq
    return texts[::-1]
