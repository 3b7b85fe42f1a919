"""Checks that a built group has the rows that requests write: the same group, made both ways, leaves the same rows."""

from collections.abc import Mapping, Sequence
from typing import Any

from bench.equality import comparable
from bench.group.builder import BuiltGroup, GroupBuilder, membership_row
from catchup.clock import system_clock
from catchup.domain.ids import ConnectionId, DeviceId
from catchup.domain.presence import Connection, Encoding, Endpoint
from catchup.storage.data_set import KEY as EPOCH_KEY
from tests.support.engines import fresh_tables
from tests.support.world import CONNECTED_AT, Phone, World

# As many members as one `create` can name, and the owner.
MEMBERS = 51
TABLES = ("Session", "Counter", "Roster")


def check_that_built_equals_made(client: Any, group: BuiltGroup | None = None) -> None:
    """Raises RuntimeError, naming the table, if a row differs. `group` has at most as many members as one `create`."""
    now_ms = system_clock()
    group = group or BuiltGroup(1, MEMBERS, roster_since_ms=now_ms, at_ms=now_ms)
    since_ms = next(CONNECTED_AT)
    made, built = _made(client, group, since_ms), _built(client, group, since_ms)
    for table in TABLES:
        if made[table] != built[table]:
            raise RuntimeError(f"{table}: built rows differ from made ones\n{built[table]}\n{made[table]}")


def _made(client: Any, group: BuiltGroup, since_ms: int) -> Mapping[str, Any]:
    world = World(client, fresh_tables(client), clock=lambda: group.at_ms)
    owner, *others = group.uids()
    world.phone(owner).change("create", group.group_id, group.msg_id(1), name=group.name, uids=others)
    client.update_item(
        TableName=world.settings.session_table,
        Key={"sessionId": {"S": group.session}},
        UpdateExpression="SET rosterSince = :now",
        ExpressionAttributeValues={":now": {"N": str(group.roster_since_ms)}},
    )
    phone = Phone(world, others[0], connection="c", connected_at=since_ms)
    phone.ok("login")
    return _rows(world)


def _built(client: Any, group: BuiltGroup, since_ms: int) -> Mapping[str, Any]:
    world = World(client, fresh_tables(client), clock=lambda: group.at_ms)
    builder = GroupBuilder(client, world.settings, lambda: group.at_ms)
    builder.write_group(group)
    reader = group.uids()[1]
    builder.write_memberships([membership_row(reader, group, in_roster=True)])
    connection = Connection(ConnectionId("c"), Encoding.JSON, since_ms)
    builder.enter_roster(group, [Endpoint(reader, DeviceId("phone"), connection)])
    return _rows(world)


def _rows(world: World) -> Mapping[str, Sequence[Any]]:
    """All rows except the identity of the data set, which differs between the two worlds."""
    return {
        table: sorted(comparable(row) for row in world.rows(table) if row.get("sessionId") != {"S": EPOCH_KEY})
        for table in TABLES
    }
