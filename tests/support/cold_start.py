"""Cold starts: imports a function's module anew, with clients that can do only what its role allows."""

import importlib.util
from collections.abc import Callable
from types import ModuleType
from typing import Any
from unittest.mock import patch

from catchup.bootstrap import clients
from catchup.bootstrap.authorizer import AuthorizerService, build_authorizer
from catchup.bootstrap.clients import AwsClients, Parts
from catchup.settings import load
from local.options import ROOT
from tests.support.roles import Guarded, Role, arns, deployed_with, roles


def load_function(name: str) -> ModuleType:
    """Imports functions/<name>/app.py anew, as a cold start does."""
    spec = importlib.util.spec_from_file_location(f"function_{name}", ROOT / "functions" / name / "app.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def load_with(name: str, service: Callable[[], Any]) -> ModuleType:
    """Imports a function anew with this service instead of the environment's."""
    with patch.object(clients, "started", lambda *_: service()):
        return load_function(name)


def load_authorizer(role: Role | None = None) -> ModuleType:
    """Imports the authorizer of the environment, with the template's role for it, or another role."""

    def service() -> AuthorizerService:
        settings = load("authorizer")
        template = deployed_with(settings)
        guarded = Guarded(AwsClients(), role or roles(template)["AuthorizerFunction"], arns(template, {}))
        return build_authorizer(settings, Parts(clients=guarded))

    return load_with("authorizer", service)
