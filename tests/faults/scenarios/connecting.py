"""Connections come, go, and replace one another."""

from catchup.settings import MAX_DEVICES
from tests.faults.scenarios.registry import both_online, scenario, talking
from tests.faults.stage import Stage
from tests.support.world import Context


@scenario("connect", talking)
def _(stage: Stage) -> None:
    bob = stage.person("bob")
    bob.connect()
    stage.world.handlers["connection"](
        {**bob.phone.event("CONNECT", "$connect"), "headers": {}, "multiValueHeaders": {}}, Context()
    )


@scenario("disconnect", both_online)
def _(stage: Stage) -> None:
    stage.person("bob").leave()
    stage.person("alice").say("bob", ack=0)


@scenario("reconnect, and the disconnect comes late", both_online)
def _(stage: Stage) -> None:
    bob = stage.person("bob")
    late = bob.phone.event("DISCONNECT", "$disconnect")
    bob.connect()
    bob.log_in()
    bob.disconnected(late)
    stage.person("alice").say("bob", ack=0)


@scenario("login, the first of a process", both_online)
def _(stage: Stage) -> None:
    stage.world.new_process()
    bob = stage.person("bob")
    bob.connect()
    bob.log_in()


@scenario("login that closes an older connection", both_online)
def _(stage: Stage) -> None:
    bob = stage.person("bob")
    old = bob.phone.connection
    bob.connect()
    stage.world.gateway.open.add(old)
    bob.log_in()


def crowded(stage: Stage) -> None:
    """Bob has as many devices online as he may."""
    talking(stage)
    for number in range(MAX_DEVICES):
        stage.online("bob", f"device-{number}")


@scenario("login of one device too many", crowded)
def _(stage: Stage) -> None:
    bob = stage.person("bob")
    bob.connect()
    bob.log_in()
