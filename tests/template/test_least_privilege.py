"""A role allows what its function calls: a call that it does not allow ends the test, whichever suite it is in.

That nothing is granted which no call needs is shown by the fault suite, whose scenarios are every flow:
tests/faults/test_unused_grants.py.
"""

from collections.abc import Mapping
from typing import Any

import pytest

from catchup.commands import ROUTES
from catchup.settings import load
from local.options import ROOT
from local.template import load_template
from tests.support.engines import SECRET_ARN, fresh_tables, moto_engine, template
from tests.support.http import HttpClient
from tests.support.platform_calls import by_the_platform
from tests.support.requests import GOOD
from tests.support.roles import Guarded, NotAllowed, arns, deployed_with, roles
from tests.support.screening import BUCKET
from tests.support.world import World


@pytest.mark.parametrize("tracing", ["Disabled", "Active"])
def test_the_roles_allow_what_the_platform_does_with_them(tracing: str) -> None:
    deployed = load_template(ROOT / "template.yaml", {"JwtSecretArn": SECRET_ARN, "Tracing": tracing})
    done = by_the_platform(deployed)
    missing = {name: done[name] - role.granted for name, role in roles(deployed).items()}
    assert not any(missing.values()), missing
    assert ("xray" in str(deployed.functions)) == (tracing == "Active")


TABLES = {name: name for name in template().tables}


class Anything:
    """A client, and clients, that do whatever is asked."""

    def __getattr__(self, _: str) -> "Anything":
        return self

    def __call__(self, *_: Any, **__: Any) -> "Anything":
        return self


@pytest.mark.parametrize(
    ("function", "operation", "arguments"),
    [
        ("Connection", "put_item", {"TableName": "PresenceTable"}),
        ("Connection", "update_item", {"TableName": "CounterTable"}),
        ("Sync", "batch_get_item", {"RequestItems": {"CounterTable": {}, "SentTable": {}}}),
        ("Sync", "query", {"TableName": "CounterTable", "IndexName": "byGroup"}),
        ("Fanout", "query", {"TableName": "CounterTable"}),
        ("Chat", "transact_write_items", {"TransactItems": [{"Put": {"TableName": "SessionTable"}}]}),
        ("Chat", "delete_table", {"TableName": "SentTable"}),
        ("Chat", "delete_connection", {"ConnectionId": "c"}),
        ("Group", "post_to_connection", {"ConnectionId": "c"}),
        ("Sync", "send_message", {"QueueUrl": "hints"}),
        ("Group", "get_object", {"Bucket": BUCKET, "Key": "another"}),
    ],
)
def test_a_call_that_a_role_does_not_allow_is_refused(
    function: str, operation: str, arguments: Mapping[str, Any]
) -> None:
    role = roles(template())[f"{function}Function"]
    clients = Guarded(Anything(), role, arns(template(), TABLES))
    with pytest.raises(NotAllowed):
        getattr(clients.dynamodb, operation)(**arguments)


def test_requests_over_http_need_what_frames_need_and_nothing_else() -> None:
    """That a role allows all of it is shown by the calls themselves; that it grants no more, by the fault suite."""
    used = []
    for over_http in (False, True):
        with moto_engine() as client:
            world = World(client, fresh_tables(client))
            world.online("bob").chat("alice")
            world.online("alice", "tablet")
            people = {uid: HttpClient(world, uid) if over_http else world.phone(uid) for uid in ("alice", "bob")}
            for cmd in sorted({command.cmd for command in ROUTES.values()}, key=list(GOOD).index):
                people["alice"].ask(cmd, **GOOD[cmd])
            people["alice"].ask("remove", **{**GOOD["remove"], "msgId": "later", "uids": ["carol"]})
            people["bob"].ask("join", **GOOD["join"])
            used.append({name: role.used for name, role in world.roles.items()})
    frames, requests = used
    for function in ("SyncFunction", "ChatFunction", "GroupFunction"):
        assert requests[function]
        assert requests[function] <= frames[function]


def test_a_secret_that_a_role_does_not_name_is_not_read() -> None:
    deployed = deployed_with(load("authorizer", {"JWT_SECRET_ARN": SECRET_ARN}))
    clients = Guarded(Anything(), roles(deployed)["AuthorizerFunction"], arns(deployed, TABLES))
    clients.secrets().get_secret_value(SecretId=SECRET_ARN)
    with pytest.raises(NotAllowed):
        clients.secrets().get_secret_value(SecretId=SECRET_ARN.replace("jwt", "another"))


def test_a_call_that_is_not_allowed_ends_the_test_and_is_not_answered() -> None:
    with moto_engine() as client:
        world = World(client, fresh_tables(client))
        alice = world.online("alice")
        role = world.roles["ChatFunction"]
        role.granted = frozenset(grant for grant in role.granted if grant.action != "dynamodb:PutItem")
        with pytest.raises(NotAllowed, match=r"ChatFunction calls dynamodb:PutItem on .*SentTable"):
            alice.chat("bob")
