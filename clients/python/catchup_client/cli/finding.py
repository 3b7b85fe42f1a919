"""Finding the session that a person means by what they have typed."""

import difflib
from collections.abc import Sequence

from catchup_client.cli.words import person_in, printable
from catchup_client.client import Client
from catchup_client.errors import CatchupError
from catchup_client.names import SessionId, Uid, is_group, private_session
from catchup_client.store.results import SessionState


class NotFound(CatchupError):
    """There is no such session, or the name stands for more than one."""

    def __init__(self, said: str, hint: str) -> None:
        super().__init__(said, hint)
        self.said = said
        self.hint = hint

    def __str__(self) -> str:
        return f"{printable(self.said)}: {self.hint}"


async def find_session(client: Client, said: str) -> SessionState:
    """Return the session with this person, with this group, or with this id; raises NotFound with a hint."""
    sessions = await client.refresh_sessions()
    wanted = {said} if ":" in said else {f"g:{said}", private_session(client.uid, Uid(said))}
    found = [state for state in sessions if state.session_id in wanted]
    found = found or groups_called(sessions, said)
    match found:
        case [state]:
            return state
        case []:
            near = close_to(said, sessions, client.uid)
            hint = f"did you mean {near}? `sessions` lists yours" if near else "`sessions` lists yours"
            raise NotFound(said, f"you have no such session; {hint}")
        case _:
            raise NotFound(said, "could be " + " or ".join(str(state.session_id) for state in found))


def groups_called(sessions: Sequence[SessionState], said: str) -> list[SessionState]:
    """Return the groups with this id or name; upper and lower case are the same."""
    return [
        state
        for state in sessions
        if is_group(state.session_id)
        and said.casefold() in {state.session_id[2:].casefold(), state.group.name.casefold() if state.group else ""}
    ]


def close_to(said: str, sessions: Sequence[SessionState], me: str) -> str | None:
    """Return the name in these sessions that is most similar to what was typed, None if none is similar."""
    names = {person_in(state.session_id, me): state.session_id for state in sessions}
    bare = person_in(SessionId(said), me) if said.startswith(("p:", "g:")) else said
    near = difflib.get_close_matches(bare, [name for name in names if name != bare], n=1, cutoff=0.66)
    return (names[near[0]] if ":" in said or is_group(names[near[0]]) else near[0]) if near else None
