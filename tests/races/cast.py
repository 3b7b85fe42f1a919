"""The people of a race, what they can do in it, and the list of all races."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.people.person import Person
from tests.people.reviewer import Reviewer
from tests.races.playing import Act, Directions, Scene
from tests.races.stage import Stage
from tests.support import world as worlds

SESSION = "p:alice:bob"


@dataclass(frozen=True)
class Race:
    """A scene with a name, and what else may happen in it: as much as still lets all orders be explored.

    `faults`: how many. `stale`: reads that are not consistent. `pushes_first`: devices that get pushes before answers.
    """

    name: str
    directions: Directions
    faults: int
    stale: bool
    pushes_first: bool


RACES: list[Race] = []


def race(
    faults: int = 1, stale: bool = True, pushes_first: bool = True
) -> Callable[[Callable[["Cast"], Scene]], Directions]:
    """Puts a scene on the list."""

    def listed(scene: Callable[[Cast], Scene]) -> Directions:
        def directions(stage: Stage, kind: type[Person]) -> Scene:
            return scene(Cast(stage, kind))

        RACES.append(Race(scene.__name__.replace("_", " "), directions, faults, stale, pushes_first))
        return directions

    return listed


class Cast:
    """Makes the people of a scene, and what they can do."""

    def __init__(self, stage: Stage, kind: type[Person]) -> None:
        self._stage = stage
        self._kind = kind

    def away(self, uid: str, device: str = "phone") -> Person:
        """Connected, not logged in."""
        person = self._kind(self._stage.world, uid, device)
        person.connect()
        return person

    def online(self, uid: str, device: str = "phone") -> Person:
        """Logged in, and done with all that login brought."""
        person = self.away(uid, device)
        person.finish()
        return person

    def reviewer(self, name: str = "reviewer") -> Reviewer:
        """Decides about what is held."""
        return Reviewer(self._stage.world, self._stage.review, name=name)

    def talk(self, speaker: Person, listener: Person) -> None:
        """A session that both have, with one message that is counted, cleared and acked."""
        speaker.say(listener.uid)
        for person in (speaker, listener):
            person.read_pushes()
            person.finish()

    def dies(self, person: Person, msg_id: str, calls: int) -> None:
        """Sends what is in the outbox to a function that dies after so many calls to DynamoDB."""
        self._stage.dynamodb.calls_left = calls
        assert not person.send(msg_id)
        self._stage.dynamodb.calls_left = None

    def queues_only(self, person: Person) -> None:
        """Says something to the group that is not fanned out yet."""
        self._stage.world.fans_out_at_once = False
        person.tell("room")

    def patch(self, module: object, **numbers: int) -> None:
        """Other limits, for this test."""
        for name, number in numbers.items():
            self._stage.patch(module, name, number)

    def begin_roster(self, session: str) -> None:
        """As if the group had long had a roster."""
        self._set(session, rosterSince={"N": "1000"})

    def tells_by_hints(self, session: str) -> None:
        """As if many of the group were online."""
        self._set(session, hot={"BOOL": True})

    def _set(self, session: str, **attributes: Mapping[str, object]) -> None:
        (row,) = (row for row in self._stage.world.rows("Session") if row["sessionId"]["S"] == session)
        self._stage.dynamodb.put_item(TableName=self._stage.world.tables["SessionTable"], Item={**row, **attributes})

    @staticmethod
    def loses_the_answer(person: Person, msg_id: str) -> None:
        """Sends what is in the outbox, and never hears of it."""
        person.deaf = True
        person.send(msg_id)
        person.deaf = False


def say(person: Person, to: str, ack: int = 1) -> Act:
    """Sends a message that until then is in the outbox."""
    return send(person, person.write(to, ack))


def send(person: Person, msg_id: str) -> Act:
    """Sends what is in the outbox."""
    return Act(f"{person.name} sends {msg_id}", person, lambda me: me.send(msg_id))


def over_http(act: Act) -> Act:
    """The same by requests over HTTP, while the device's connection stays open."""

    def script(me: Person) -> None:
        me.over_http = True
        act.script(me)
        me.over_http = False

    return Act(f"{act.name} over HTTP", act.person, script)


def log_in(person: Person) -> Act:
    """Logs in on the connection that is open."""
    return Act(f"{person.name} logs in", person, lambda me: me.log_in())


def clear(person: Person) -> Act:
    """Says what is counted."""
    return Act(f"{person.name} clears", person, lambda me: me.clear())


def ack(person: Person) -> Act:
    """Says what is saved and counted."""
    return Act(f"{person.name} acks", person, lambda me: me.ack())


def pull(person: Person) -> Act:
    """One page, which names what was saved before."""
    return Act(f"{person.name} pulls", person, lambda me: me.pull(SESSION))


def late_disconnect(person: Person) -> Act:
    """`$disconnect` of the connection that this device has now, whenever it comes."""
    before = person.phone.connection, person.phone.connected_at
    ghost = type(person)(person.world, person.uid, person.phone.device)
    ghost.phone.connection, ghost.phone.connected_at = before
    return Act(f"$disconnect of {before[0]}", ghost, lambda me: me.disconnected())


def come_back(person: Person) -> Act:
    """Reads and clears what has come, and then logs in on another connection, which is not opened before."""
    opened_at = next(worlds.CONNECTED_AT)

    def script(me: Person) -> None:
        me.read_pushes()
        me.clear()
        me.crash()
        me.phone.connection, me.phone.connected_at = f"{me.uid}-{me.phone.device}-{opened_at}", opened_at
        me.world.gateway.open.add(me.phone.connection)
        me.read = 0
        me.log_in()

    return Act(f"{person.name} clears and comes back", person, script)
