"""Checks that Bob has exactly the group's messages since he joined."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from catchup_client import CatchUpReport, Client
from catchup_client.names import group_session
from catchup_client.protocol.model import Message
from demo.group_plan import BEFORE_BOB, GROUP, GroupPlan

SESSION = group_session(GROUP)
# How many messages are read from Bob's database at once.
PAGE = 500


@dataclass(frozen=True, slots=True)
class GroupVerdict:
    """`figures`: the object `group` of `--json`. `mistakes`: what went wrong, in words."""

    figures: Mapping[str, object]
    mistakes: tuple[str, ...]


def verify_group(plan: GroupPlan, counted: int, bob: Client, report: CatchUpReport) -> GroupVerdict:
    """Compares Bob's database with the plan, speaker by speaker."""
    mistakes: list[str] = []
    held = _held(bob)
    said = [message for message in held if message.kind != "system"]
    received = lost = doubled = 0
    for speaker in (*plan.speakers, "bob"):
        sent = plan.texts(speaker)
        texts = [str(message.content["message"]) for message in said if message.sender == speaker]
        received += len(texts)
        lost += sum((Counter(sent) - Counter(texts)).values())
        doubled += sum((Counter(texts) - Counter(sent)).values())
        if texts != sent:
            mistakes.append(f"{SESSION}: what {speaker} said is not what arrived, in its order")
    of_group = report.sessions[SESSION]
    if doubled:
        mistakes.append(f"{SESSION}: {doubled} messages came twice, or were never sent")
    if counted != plan.unread:
        mistakes.append(f"{SESSION}: the red dot said {counted}, it should say {plan.unread}")
    seqs = [message.seq for message in held]
    if (seqs and seqs != list(range(seqs[0], seqs[0] + len(seqs)))) or bob.gaps(SESSION):
        mistakes.append(f"{SESSION}: there are holes in what arrived")
    if len(held) - len(said) != plan.changes or any(m.content.get("message") == BEFORE_BOB for m in said):
        mistakes.append(f"{SESSION}: what arrived does not begin where Bob joined")
    ends = {of_group.end_reason.name: 1}
    if ends != {"JOIN_POINT": 1}:
        mistakes.append(f"{SESSION}: the end flag is {of_group.end_reason.name}")
    figures = {
        "members": plan.members,
        "sent": plan.messages,
        "received": received,
        "own": plan.own,
        "unread": counted,
        "lost": lost,
        "duplicates": doubled,
        "end_flags": ends,
    }
    return GroupVerdict(figures, tuple(mistakes))


def _held(bob: Client) -> list[Message]:
    """The group's messages in Bob's database, oldest first."""
    held: list[Message] = []
    before: int | None = None
    while page := bob.messages(SESSION, before=before, limit=PAGE):
        held += page
        before = page[-1].seq
    return held[::-1]
