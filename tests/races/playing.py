"""Scenes: people before a race, what each does in it, and what must be true wherever it ends."""

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tests.people.group_invariants import behind_in_groups, inexact_in_groups, is_member
from tests.people.invariants import check
from tests.people.person import Log, Person, come_to_rest
from tests.people.reviewer import Reviewer
from tests.people.revising_invariants import outdated
from tests.races.explore import End, Exploration, Explorer, Task
from tests.races.stage import Stage


class HastyPerson(Person):
    """A device that gets its pushes before the answer to what it asks, and in the reverse of their order."""

    def ask(self, cmd: str, **body: Any) -> dict[str, Any] | None:
        answer = super().ask(cmd, **body)
        self.read_pushes()
        return answer

    def read_pushes(self) -> None:
        new = self.phone.pushes[self.read :] if self.connected else []
        self.read += len(new)
        for frame in reversed(new):
            self.take(frame)

    def _add(self, counters: Mapping[str, Any]) -> None:
        """A counter that is older than the push that made it ask is not yet the answer."""
        asking = {session for session, talk in self.store.talks.items() if talk.must_ask}
        super()._add(counters)
        for session in asking & set(counters):
            numbers = [
                frame["body"]["number"]
                for frame in self.phone.pushes[: self.read]
                if frame["cmd"] == "chat" and frame["body"]["sessionId"] == session
                if session.startswith("g:") or frame["body"]["from"] != self.uid
            ]
            talk = self.store.talk(session)
            talk.must_ask = talk.known < max(numbers, default=0)


@dataclass(frozen=True)
class Act:
    """What one device does in a race."""

    name: str
    person: Person
    script: Callable[[Person], Any]


@dataclass(frozen=True)
class Scene:
    """Devices that are ready, and what they do at the same time.

    A device that acts more than once has given up waiting for the answers to all but its last act.
    """

    people: Sequence[Person]
    acts: Sequence[Act]


Directions = Callable[[Stage, type[Person]], Scene]


@dataclass
class Played:
    """What came of a scene. `violations`: each with an order that leads to it."""

    states: int
    orders: int
    ends: int = 0
    violations: list[str] = field(default_factory=list)


def explore(stage: Stage, directions: Directions, kind: type[Person] = Person) -> Exploration:
    """All orders of a scene."""
    return _explored(stage, _set(stage, directions, kind))


def play(
    stage: Stage, directions: Directions, kind: type[Person] = Person, faults: int = 0, stale: bool = False
) -> Played:
    """All orders of a scene. Wherever they end, everyone finishes their duties, and everything is checked."""
    scene = _set(stage, directions, kind)
    found = _explored(stage, scene, faults, stale)
    played = Played(found.states, found.orders)
    judged = set()
    for end in found.ends:
        people = _people_after(scene, end)
        a_push_failed = any(_is_of_a_push(step) and step.endswith("fails") for step in end.order)
        stored_twice = any("InboxTable, to be repeated" in step for step in end.order)
        alike = (end.deployment, a_push_failed, stored_twice, *(repr(person.state) for person in people))
        if alike in judged:
            continue
        judged.add(alike)
        stage.at(end.deployment)
        broken = _aftermath(stage, people, may_be_told_later=a_push_failed)
        # Invariant 5: a message whose storing is repeated while it is being acked may come once more.
        wrong = [violation for violation in broken if not (stored_twice and "page gave a message twice" in violation)]
        played.violations += [f"{violation}\n    after {'; '.join(end.order)}" for violation in wrong]
    played.ends = len(judged)
    return played


def _is_of_a_push(step: str) -> bool:
    """Whether a push is lost if this fails. What is queued for other devices of the person who asks is a courtesy."""
    is_courtesy = any(verb in step for verb in (" hides ", " chooses ", " turns receipts "))
    return "post_to_connection" in step or (is_courtesy and "send_message" in step)


def play_until_told(stage: Stage, directions: Directions) -> Played:
    """All orders of a scene in groups, judged as soon as everyone has read what was pushed to them, and before anybody
    asks again."""
    scene = _set(stage, directions, Person)
    found = _explored(stage, scene)
    played = Played(found.states, found.orders, len(found.ends))
    for end in found.ends:
        people = _people_after(scene, end)
        stage.at(end.deployment)
        stage.world.fan_out(delayed=True)
        for person in people:
            person.read_pushes()
        broken = [f"{name} was not told all of {session}" for name, session in behind_in_groups(stage.world, people)]
        broken += inexact_in_groups(stage.world, people)
        played.violations += [f"{violation}\n    after {'; '.join(end.order)}" for violation in broken]
    return played


def _set(stage: Stage, directions: Directions, kind: type[Person]) -> Scene:
    stage.empty()
    return directions(stage, kind)


def _explored(stage: Stage, scene: Scene, faults: int = 0, stale: bool = False) -> Exploration:
    tasks = [Task(act.name, _task(act)) for act in scene.acts]
    return Explorer(stage.replay, tasks, faults, stale).explore(stage.replay.now)


def _task(act: Act) -> Callable[[], Person]:
    """The same each time that it runs: it works on a twin of the device."""

    def run() -> Person:
        twin = twin_of(act.person)
        act.script(twin)
        return twin

    return run


def twin_of(person: Person) -> Person:
    """The same device, once more."""
    twin = copy.copy(person)
    twin.phone = replace(person.phone)
    twin.state = copy.deepcopy(person.state)
    return twin


def _people_after(scene: Scene, end: End) -> list[Person]:
    """The devices as their last acts left them, with the logs of the acts whose answers they did not wait for."""
    people = []
    for person in scene.people:
        acted = [twin for act, twin in zip(scene.acts, end.results, strict=True) if act.person is person]
        *given_up, last = acted or [person]
        survivor = twin_of(last)
        for other in given_up:
            _remember(survivor.log, other.log)
        people.append(survivor)
    return people


def _remember(log: Log, other: Log) -> None:
    log.frames += [frame for frame in other.frames if frame not in log.frames]
    log.surprises += [surprise for surprise in other.surprises if surprise not in log.surprises]
    for session, seqs in other.named.items():
        log.named.setdefault(session, set()).update(seqs)
    for session, seqs in other.offered.items():
        log.offered.setdefault(session, set()).update(seqs)
    for mine, theirs in ((log.hiding, other.hiding), (log.hidden, other.hidden)):
        for session, seqs in theirs.items():
            mine.setdefault(session, set()).update(seqs)
    log.receipts += [choice for choice in other.receipts if choice not in log.receipts]
    log.closed = log.closed or other.closed
    for msg_id, times in other.attempts.items():
        log.attempts[msg_id] = max(log.attempts.get(msg_id, 0), times)
    for msg_id, codes in other.judged.items():
        log.judged.setdefault(msg_id, set()).update(codes)
    for msg_id, place in other.acked.items():
        if log.acked.setdefault(msg_id, place) != place:
            log.surprises.append(f"{msg_id} was acked at {log.acked[msg_id]} and at {place}")


def _aftermath(stage: Stage, people: Sequence[Person], may_be_told_later: bool) -> Iterator[str]:
    """Everyone finishes their duties, as far as they can without a new connection; then there is one more message each
    way; then everyone comes back on new connections. Each time everything is checked."""
    _do_duties(people)
    if may_be_told_later:
        come_to_rest(people)
    yield from _untold(stage, people)
    yield from check(stage.world, people)
    _say_one_more(stage, people)
    _do_duties(people)
    yield from _untold(stage, people)
    come_to_rest(people)
    yield from check(stage.world, people)


def _do_duties(people: Sequence[Person]) -> None:
    """Twice: what one does may give another something to do."""
    for _ in range(2):
        people[0].world.fan_out(delayed=True)
        for person in people:
            person.read_pushes()
            person.finish()


def _groups_of(stage: Stage) -> list[str]:
    return [row["sessionId"]["S"] for row in stage.world.rows("Session") if "founder" in row]


def _say_one_more(stage: Stage, people: Sequence[Person]) -> None:
    groups = _groups_of(stage)
    for session in groups:
        for person in people:
            if is_member(stage.world, person.uid, session):
                person.tell(session.removeprefix("g:"))
    if groups:
        return
    people = [person for person in people if not isinstance(person, Reviewer)]
    for uid in {person.uid: None for person in people}:
        speaker = next(person for person in people if person.uid == uid)
        for other in {person.uid: None for person in people if person.uid != uid}:
            speaker.say(other)


def _untold(stage: Stage, people: Sequence[Person]) -> Iterator[str]:
    """Whoever is connected learns of everything that was counted, and that no other device of theirs has cleared."""
    for name, session in sorted(behind_in_groups(stage.world, people) | outdated(stage.world, people)):
        yield f"{name} is connected and was never told all of {session}"
    for row in stage.world.rows("Counter"):
        received, cleared = (int(row.get(name, {"N": "0"})["N"]) for name in ("received", "cleared"))
        for person in people:
            known = person.store.talk(row["sessionId"]["S"]).known
            if person.uid == row["uid"]["S"] and max(known, cleared) < received:
                yield f"{person.name} is connected and was never told: knows of {known} of {received}"
