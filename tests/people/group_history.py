"""Which messages of a group a person may read, and that the service shows these and no others once the group has
ended."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.people.group_log import FOREVER, GroupLog
from tests.support.world import Phone, World


def visible(log: GroupLog, uid: str, group: Mapping[str, Any], now: World | None = None) -> set[int]:
    """The seqs that this person may read, or might: `now` closes what a dissolved group has closed."""
    stays = log.stays.get(uid, [])
    seqs = {seq for seq in range(1, log.head + 1) if any(seq in stay for stay in stays)}
    if group.get("openHistory", {}).get("BOOL") and stays:
        seqs |= set(range(1, stays[-1].left if stays[-1].left < FOREVER else log.head + 1))
    if now is not None and log.ended is not None and now.settings.dissolved_history == "false":
        seqs &= {log.ended.seq}
    return seqs


def check_history(world: World, session: str, log: GroupLog, group: Mapping[str, Any]) -> Iterator[str]:
    """A new device of each former member reads what the deployment leaves them. (While a group goes on, the devices of
    the test show it.)"""
    if log.ended is None or log.floor > 1:
        return
    shows_all = bool(group.get("openHistory", {}).get("BOOL"))
    for uid in log.stays:
        seqs_now = visible(log, uid, group, world)
        expected = sorted(seq for seq in seqs_now if shows_all or seq in log.stays[uid][-1])
        phone = Phone(world, uid, "auditor", connection="auditor")
        seqs: list[int] = []
        before: dict[str, int] = {}
        while answer := phone.ask("history", sessionId=session, limit=100, **before):
            if answer["code"] != "OK":
                seqs = expected if _never_came(world, session, uid) else []
                break
            seqs = [*sorted(message["seq"] for message in answer["body"]["messages"]), *seqs]
            if answer["body"]["end"]:
                break
            before = {"before": seqs[0]}
        if seqs != expected:
            yield f"{session}: {uid} may read {expected}, and is shown {seqs}"


def _never_came(world: World, session: str, uid: str) -> bool:
    """Whether a late admission of this person was never applied, because they were removed before."""
    rows = [row for row in world.rows("Counter") if (row["uid"]["S"], row["sessionId"]["S"]) == (uid, session)]
    return not any("joined" in row and row["joined"]["N"] != "0" for row in rows)
