"""Checks that the layer or Lambda's runtime has all distributions that the service needs, directly or indirectly."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import Distribution, distributions
from pathlib import Path

from packaging.markers import Environment, default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.artefacts.layout import Artefacts, Target
from tools.lock import OF_THE_RUNTIME

ROOT = Path(__file__).parents[2]


def of_the_service() -> list[str]:
    """The distributions that the layer has, according to pyproject.toml."""
    document = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    requirements: list[str] = document["project"]["dependencies"]
    return requirements


def missing_distributions(artefacts: Artefacts, needed: Iterable[str]) -> Iterator[str]:
    """Returns a sentence for each requirement, direct or not, that no distribution fulfils."""
    present = {canonicalize_name(each.metadata["Name"]): each for each in distributions(path=[str(artefacts.packages)])}
    pending = [(Requirement(each), "pyproject.toml") for each in needed]
    done = set()
    while pending:
        requirement, whose = pending.pop()
        name = canonicalize_name(requirement.name)
        if name in OF_THE_RUNTIME or (name, tuple(sorted(requirement.extras))) in done:
            continue
        done.add((name, tuple(sorted(requirement.extras))))
        fault = _fault(requirement, present.get(name))
        if fault:
            lack = f"{whose} needs {requirement}, and the layer has {fault}"
            yield f"{requirement.name}: {lack}; say make lock, then make build"
            continue
        pending += [(each, name) for each in _requirements(present[name], requirement.extras, artefacts.target)]


def _fault(requirement: Requirement, found: Distribution | None) -> str:
    if found is None:
        return "none"
    return "" if requirement.specifier.contains(found.version, prereleases=True) else found.version


def _requirements(distribution: Distribution, extras: set[str], target: Target) -> Iterator[Requirement]:
    for text in distribution.requires or ():
        requirement = Requirement(text)
        marker = requirement.marker
        if marker is None or any(marker.evaluate(_environment(target, extra)) for extra in extras | {""}):
            yield requirement


def _environment(target: Target, extra: str) -> Mapping[str, str]:
    version = ".".join(map(str, target.python))
    environment: Environment = default_environment()
    return {
        **{name: str(value) for name, value in environment.items()},
        "extra": extra,
        "implementation_name": "cpython",
        "os_name": "posix",
        "platform_machine": target.machine,
        "platform_python_implementation": "CPython",
        "platform_system": "Linux",
        "python_full_version": f"{version}.0",
        "python_version": version,
        "sys_platform": "linux",
    }
