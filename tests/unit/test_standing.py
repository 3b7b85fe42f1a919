"""What rows and the changes after them say of somebody is what the group's messages say."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from catchup.domain.group import Group, GroupChange, group_session
from catchup.domain.ids import Seq, Uid
from catchup.domain.membership import Role
from catchup.domain.standing import Changed, Standing
from tests.people.group_log import Said
from tests.people.group_rights import Rights

PEOPLE = [Uid(name) for name in ("alice", "bob", "carol", "dave")]
EVENTS = st.tuples(
    st.sampled_from(["join", "leave", "add", "remove", "role", "role"]),
    st.sampled_from(PEOPLE),
    st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=2, unique=True),
    st.sampled_from(Role),
)


def rightful(drawn: Sequence[tuple[str, Uid, list[Uid], Role]]) -> tuple[list[Changed], list[dict[str, str]]]:
    """The changes that their authors had a right to, and everybody's role after each."""
    rights = Rights(is_open=True)
    made: list[Changed] = []
    roles: list[dict[str, str]] = [{}]
    for kind, by, uids, role in [("create", PEOPLE[0], PEOPLE[1:2], Role.MEMBER), *drawn]:
        about = tuple(uid for uid in uids if uid != by) if kind in ("create", "add", "remove") else ()
        about = (uids[0],) if kind == "role" else about
        seq = Seq(len(made) + 1)
        said = Said(seq, by, f"m{seq}", kind, about, (), False, role.name if kind == "role" else "")
        if not rights.forbid(said):
            rights.follow(said)
            made.append(Changed(seq, by, GroupChange(kind, about, role if kind == "role" else Role.MEMBER)))
            roles.append(dict(rights.roles))
    return made, roles


def told(standing: Standing) -> dict[str, str]:
    people = {uid: standing.of(uid) for uid in PEOPLE}
    return {uid: row.role.name for uid, row in people.items() if row is not None and row.is_member}


@given(st.lists(EVENTS, max_size=12), st.data())
def test_whatever_the_rows_know_of_already_the_changes_lead_to_the_same(
    drawn: list[tuple[str, Uid, list[Uid], Role]], data: st.DataObject
) -> None:
    made, roles = rightful(drawn)
    at = [Standing(Group(group_session("room"), "", owner=PEOPLE[0]), {})]
    for change in made:
        # Everybody's row, as if all had been asked for.
        at.append(at[-1].after(change))
    assert [told(each) for each in at] == roles
    end = data.draw(st.integers(0, len(made)), "up to")
    head = data.draw(st.integers(0, end), "head")
    # Each row was read at a time of its own, between the head and the end; and so was the owner's register.
    ages = {uid: data.draw(st.integers(head, end), uid) for uid in PEOPLE}
    group = at[data.draw(st.integers(head, end), "register")].group
    standing = Standing(group, {uid: at[age].people[uid] for uid, age in ages.items() if uid in at[age].people})
    for change in made[head:end]:
        standing = standing.after(change)
    assert told(standing) == roles[end]
