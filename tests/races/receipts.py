"""People read while they, or those who learn of it, turn receipts off, block one another, or write."""

from tests.people.person import Person
from tests.races.cast import Cast, log_in, race, say
from tests.races.playing import Act, Scene
from tests.races.reading import read


def turn(person: Person, on: bool, later: int = 1) -> Act:
    """Turns receipts on or off."""
    person.plan_receipts(on, later=later)
    return Act(f"{person.name} turns receipts {'on' if on else 'off'}", person, lambda me: me.send_receipts())


def block(person: Person, uid: str) -> Act:
    """Blocks somebody."""
    person.plan_block("block", uid)
    return Act(f"{person.name} blocks {uid}", person, lambda me: me.flush())


def written(cast: Cast) -> tuple[Person, Person, Person]:
    """Alice has written a message, which Bob's two devices have counted and not read."""
    alice, phone, tablet = cast.online("alice"), cast.online("bob"), cast.online("bob", "tablet")
    alice.say("bob")
    for person in (phone, tablet):
        person.read_pushes()
    return alice, phone, tablet


@race()
def a_read_and_the_reader_turns_receipts_off(cast: Cast) -> Scene:
    alice, phone, tablet = written(cast)
    return Scene([alice, phone, tablet], [read(phone), turn(tablet, False)])


@race()
def a_read_and_the_writer_turns_receipts_off(cast: Cast) -> Scene:
    alice, phone, tablet = written(cast)
    return Scene([alice, phone, tablet], [read(phone), turn(alice, False)])


@race()
def a_read_and_a_block(cast: Cast) -> Scene:
    alice, phone, tablet = written(cast)
    alice.may_be_refused = True
    return Scene([alice, phone, tablet], [read(phone), block(tablet, "alice")])


@race()
def a_read_and_a_message(cast: Cast) -> Scene:
    """The position may be told with a seq beyond what the writer's own counter knows of."""
    alice, phone, tablet = written(cast)
    return Scene([alice, phone, tablet], [read(phone), say(alice, "bob")])


@race()
def a_read_and_a_login_of_the_writer(cast: Cast) -> Scene:
    alice, phone, _ = written(cast)
    away = cast.away("alice", "tablet")
    return Scene([alice, phone, away], [read(phone), log_in(away)])


@race()
def two_devices_choose_about_receipts(cast: Cast) -> Scene:
    alice, phone, tablet = written(cast)
    return Scene([alice, phone, tablet], [turn(phone, False), turn(tablet, True, later=2)])


@race()
def receipts_are_turned_off_and_another_device_logs_in(cast: Cast) -> Scene:
    phone, tablet = cast.online("bob"), cast.away("bob", "tablet")
    return Scene([phone, tablet], [turn(phone, False), log_in(tablet)])
