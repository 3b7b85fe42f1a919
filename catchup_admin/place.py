"""Finds a deployment: on this machine, in a stack on AWS, or from environment variables.

In all three cases the result is the chat function's environment variables. There is no other list of tables and queues.
"""

from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Any

import botocore.session
from botocore.exceptions import ClientError

from catchup.bootstrap.clients import CLIENT_CONFIG
from catchup.settings import READ_BY, VARIABLES, Settings, SettingsError, load
from catchup_admin.errors import USAGE, AdminError
from commands.stacks import StackNotFound, find_stack

# The chat function sends, so it has every table, both queues, and the address of @connections.
FUNCTION = "ChatFunction"
_NAMES = {VARIABLES[name].name for name in READ_BY["chat"]}


def local_settings(environment: MutableMapping[str, str], state_file: Path | None, port: int | None) -> Settings:
    """The settings of a running local stack: given by its file, its port, or the only one. Changes `environment` so
    that the AWS SDK uses only that stack."""
    try:
        variables = find_stack(path=state_file, port=port).functions[FUNCTION]
    except StackNotFound as error:
        raise AdminError(str(error)) from None
    except KeyError:
        raise AdminError(f"the running stack has no {FUNCTION}: start it again with `make run`") from None
    # The operator's own profile, session or proxy must not be used.
    for name in [name for name in environment if name.startswith("AWS_")]:
        del environment[name]
    environment.update({name: value for name, value in variables.items() if name.startswith("AWS_")})
    environment["NO_PROXY"] = environment["no_proxy"] = "127.0.0.1,localhost"
    return _loaded(variables, "the running stack")


def stack_settings(name: str) -> Settings:
    """The settings of a CloudFormation stack, from the environment of its chat function."""
    session = botocore.session.get_session()
    stacks: Any = session.create_client("cloudformation", config=CLIENT_CONFIG)
    functions: Any = session.create_client("lambda", config=CLIENT_CONFIG)
    try:
        resource = stacks.describe_stack_resource(StackName=name, LogicalResourceId=FUNCTION)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        where = f"in {stacks.meta.region_name}"
        raise AdminError(f"no stack {name!r} with a {FUNCTION} {where}: check --stack and AWS_REGION") from None
    function = resource["StackResourceDetail"]["PhysicalResourceId"]
    configuration = functions.get_function_configuration(FunctionName=function)
    return _loaded(configuration.get("Environment", {}).get("Variables", {}), f"stack {name}")


def environment_settings(environment: Mapping[str, str]) -> Settings:
    """The settings that the operator has exported as environment variables."""
    if not _NAMES & environment.keys():
        raise AdminError(
            "no target: give --local or --stack NAME, or set the variables that docs/operations.md lists", USAGE
        )
    return _loaded(environment, "the environment")


def _loaded(variables: Mapping[str, str], source: str) -> Settings:
    try:
        return load("chat", variables)
    except SettingsError as error:
        raise AdminError(f"{source}: {str(error).partition(';')[0]}", USAGE) from None
