"""A deployment at a glance."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from catchup_admin.overview import Alarm, Look
from tests.admin.conftest import Terminal
from tests.support.clock import Clock
from tests.support.engines import REGION, moto_services, session
from tests.support.world import World


def number(count: Any) -> int:
    assert count["more"] is False
    return int(count["number"])


def test_an_empty_deployment_has_nothing_of_anything(terminal: Terminal) -> None:
    status, out, err = terminal.run("overview")
    assert (status, err) == (0, "")
    assert out.splitlines() == [
        "people    0 have sessions; 0 are online, on 0 devices",
        "sessions  0 private ones, 0 groups",
        "backlog   0 messages wait for 0 people",
        "held      0 messages wait for review",
        "queue     fan-out: 0 waiting, 0 under way, 0 dead",
        "queue     hints: 0 waiting, 0 under way, 0 dead",
        "alarms    not asked: only a stack on AWS has them (--stack)",
    ]


def test_people_sessions_devices_and_what_waits_are_counted(
    world: World, terminal: Terminal, sqs: Any, queues: Mapping[str, str]
) -> None:
    alice = world.phone("alice")
    for receiver in ("bob", "bob", "carol"):
        alice.chat(receiver)
    alice.change("create", "room", name="The room", uids=["bob"])
    world.online("bob", "tablet")
    world.online("bob", "phone")
    sqs.send_message(QueueUrl=queues["FanoutDeadLetters"], MessageBody="{}")
    told = terminal.json("overview")
    assert [number(told[name]) for name in ("people", "people_online", "devices")] == [3, 1, 2]
    assert [number(told[name]) for name in ("private_sessions", "groups")] == [2, 1]
    assert [number(told[name]) for name in ("waiting", "waiting_people", "held")] == [3, 2, 0]
    dead = {queue["name"]: queue["dead"] for queue in told["queues"]}
    assert dead == {"fan-out": 1, "hints": 0}
    assert told["alarms"] is None
    assert "1 dead: see `redrive --dry-run`" in terminal.run("overview")[1]


def test_large_tables_are_read_up_to_a_bound_and_that_is_told(world: World, terminal: Terminal) -> None:
    alice = world.phone("alice")
    for receiver in ("bob", "carol", "dave"):
        alice.chat(receiver)
    told = terminal.json("overview --rows 2")
    assert told["waiting"] == {"number": 2, "more": True}
    assert "2+ messages wait for 2+ people" in terminal.run("overview --rows 2")[1]


def test_what_has_expired_counts_no_more(
    make_world: Callable[..., World], make_terminal: Callable[[World], Terminal]
) -> None:
    clock = Clock()
    world = make_world(clock=clock)
    terminal = make_terminal(world)
    world.phone("alice").chat("bob")
    assert number(terminal.json("overview")["waiting"]) == 1
    clock.now_ms += 31 * 24 * 3_600_000
    assert number(terminal.json("overview")["waiting"]) == 0


@pytest.mark.parametrize("ringing", [True, False])
def test_alarms_of_the_stack_that_do_not_say_ok_are_named(world: World, ringing: bool) -> None:
    with moto_services():
        client: Any = session().create_client("cloudwatch", region_name=REGION)
        for name in ("chat-prod-Errors-1", "chat-prod-Lag-2", "chat-dev-Errors-3"):
            client.put_metric_alarm(
                AlarmName=name,
                MetricName="Errors",
                Namespace="x",
                Statistic="Sum",
                Period=60,
                EvaluationPeriods=1,
                Threshold=1,
                ComparisonOperator="GreaterThanThreshold",
            )
            client.set_alarm_state(AlarmName=name, StateValue="OK", StateReason="-")
        if ringing:
            client.set_alarm_state(AlarmName="chat-prod-Lag-2", StateValue="ALARM", StateReason="-")
            client.set_alarm_state(AlarmName="chat-dev-Errors-3", StateValue="ALARM", StateReason="-")
        look = Look(None, world.parts.clock, world.settings, lambda: None, lambda: client, "chat-prod")
        alarms = list(look.alarms())
    assert [(each.name, each.state) for each in alarms] == [("chat-prod-Lag-2", "ALARM")] * ringing
    assert all(isinstance(each, Alarm) and each.since_ms > 0 for each in alarms)
