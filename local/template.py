"""template.yaml as data: the parts of its deployment.

The template is the only list of functions, routes, tables, queues and settings. The local stack reads all of them here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from local.deployment import Deployment
from local.errors import LocalStackError
from local.http_api.spec import HttpApiSpec
from local.http_api.template import http_api
from local.intrinsics import Resolver, active_resources, text_of
from local.json_types import Json, JsonObject
from local.parameters import parameter_values
from local.physical import PhysicalNames
from local.rules import check_rules
from local.sam import expand, folder_of, read_template
from local.specs import FunctionSpec, QueueMappingSpec, QueueSpec, TableSpec, WebSocketApiSpec
from local.websocket_api import websocket_api

_STACK = "AWS::CloudFormation::Stack"


@dataclass(frozen=True, eq=False)
class ExpandedTemplate:
    """A template after SAM's transform, with its intrinsic functions resolved. Mappings have logical ids as keys.

    `resources` are CloudFormation resources, without those whose condition is false. A nested stack is replaced by the
    resources of its template.
    """

    deployment: Deployment
    parameters: Mapping[str, Json]
    resources: Mapping[str, JsonObject]
    functions: Mapping[str, FunctionSpec]
    api: WebSocketApiSpec | None
    http_api: HttpApiSpec | None
    tables: Mapping[str, TableSpec]
    queues: Mapping[str, QueueSpec]
    queue_mappings: Mapping[str, QueueMappingSpec]
    outputs: Mapping[str, str]


def declared_parameters(path: Path | str) -> tuple[str, ...]:
    """The names of the parameters that the template at `path` declares."""
    return tuple(read_template(Path(path)).get("Parameters", {}))


def load_template(
    path: Path | str,
    parameters: Mapping[str, str] | None = None,
    deployment: Deployment | None = None,
    *,
    keeps_rules: bool = False,
) -> ExpandedTemplate:
    """Expands the template at `path` and resolves it as if it were deployed.

    Args:
        parameters: values for the template's parameters; the others get their defaults.
        deployment: the place of the deployment; by default an account in us-east-1, with the addresses of AWS.
        keeps_rules: whether to check the parameters by the template's `Rules`, as CloudFormation does. Callers that
            only look at the effect of one parameter pass False.

    Raises:
        LocalStackError: the template is invalid, a parameter is missing or not allowed, a rule is broken, or something
            in the template is unknown to the local stack.
    """
    path, place = Path(path), deployment or Deployment()
    document = read_template(path)
    values = parameter_values(document.get("Parameters", {}), parameters or {})
    if keeps_rules:
        check_rules(document, values, place.pseudo_parameters)
    template = expand(document, values, place.region)

    def reference(name: str) -> Json:
        if name in values:
            return values[name]
        return place.pseudo_parameters[name] if name in place.pseudo_parameters else names.reference(name)

    def attribute(logical_id: str, name: str) -> str:
        if name.startswith("Outputs."):
            return _output(logical_id, nested(logical_id), name.removeprefix("Outputs."))
        return names.attribute(logical_id, name)

    @cache
    def nested(logical_id: str) -> ExpandedTemplate:
        given = resolver.resolve(active[logical_id]["Properties"])
        inner = replace(place, stack_name=f"{place.stack_name}-{logical_id}")
        values = {name: text_of(value) for name, value in given.get("Parameters", {}).items()}
        return load_template(path.parent / given["TemplateURL"], values, inner)

    resolver = Resolver(reference, attribute, template.get("Conditions", {}), template.get("Mappings", {}))
    active = active_resources(template["Resources"], resolver)
    names = PhysicalNames(active, place, resolver.resolve)
    resources: dict[str, JsonObject] = {
        logical_id: {**resource, "Properties": resolver.resolve(resource.get("Properties", {}))}
        for logical_id, resource in active.items()
        if resource["Type"] != _STACK
    }
    references = {logical_id: names.reference(logical_id) for logical_id in resources}
    reader = _Reader(resources, names, place, path.resolve().parent)
    functions = reader.functions()
    queues = reader.queues()
    stacks = [nested(logical_id) for logical_id, resource in active.items() if resource["Type"] == _STACK]
    return ExpandedTemplate(
        deployment=place,
        parameters=values,
        resources=_with_nested(resources, stacks),
        functions=functions,
        api=websocket_api(resources, references, functions),
        http_api=http_api(resources, references, functions),
        tables=reader.tables(),
        queues=queues,
        queue_mappings=reader.queue_mappings(queues, functions),
        outputs={
            name: place.localise(str(resolver.resolve(output["Value"])))
            for name, output in template.get("Outputs", {}).items()
        },
    )


def _output(logical_id: str, stack: ExpandedTemplate, name: str) -> str:
    if name not in stack.outputs:
        raise LocalStackError(f"template: Fn::GetAtt {logical_id}.Outputs.{name}: the nested stack has no such output")
    return stack.outputs[name]


def _with_nested(resources: Mapping[str, JsonObject], stacks: Sequence[ExpandedTemplate]) -> Mapping[str, JsonObject]:
    """All resources by logical id. Two of these templates may not use the same id."""
    found = dict(resources)
    for stack in stacks:
        if stack.functions or stack.api or stack.http_api or stack.tables or stack.queues:
            raise LocalStackError("the local stack runs no functions, APIs, tables and queues of a nested stack")
        if shared := found.keys() & stack.resources.keys():
            raise LocalStackError(f"template: a nested stack uses logical ids of another: {', '.join(sorted(shared))}")
        found |= stack.resources
    return found


class _Reader:
    """Makes specs of resolved resources."""

    def __init__(
        self, resources: Mapping[str, JsonObject], names: PhysicalNames, place: Deployment, root: Path
    ) -> None:
        self._resources = resources
        self._names = names
        self._place = place
        self._root = root

    def _every(self, kind: str) -> dict[str, JsonObject]:
        return {each: resource["Properties"] for each, resource in self._resources.items() if resource["Type"] == kind}

    def functions(self) -> dict[str, FunctionSpec]:
        layers = {
            self._names.reference(each): folder_of(properties["Content"], self._root) / "python"
            for each, properties in self._every("AWS::Lambda::LayerVersion").items()
        }
        roles = {
            self._names.attribute(each, "Arn"): [
                statement
                for policy in properties.get("Policies", ())
                for statement in policy["PolicyDocument"]["Statement"]
            ]
            for each, properties in self._every("AWS::IAM::Role").items()
        }
        return {
            each: FunctionSpec(
                logical_id=each,
                name=self._names.name(each),
                arn=self._names.attribute(each, "Arn"),
                handler=properties["Handler"],
                runtime=properties["Runtime"],
                code_dir=folder_of(properties["Code"], self._root),
                layer_dirs=tuple(layers[layer] for layer in properties.get("Layers", ()) if layer in layers),
                environment={
                    name: self._place.localise(text_of(value))
                    for name, value in properties.get("Environment", {}).get("Variables", {}).items()
                },
                # Lambda's own defaults: AWS documentation, "AWS::Lambda::Function".
                timeout_seconds=int(properties.get("Timeout", 3)),
                memory_mb=int(properties.get("MemorySize", 128)),
                statements=tuple(roles.get(properties["Role"], ())),
            )
            for each, properties in self._every("AWS::Lambda::Function").items()
        }

    def tables(self) -> dict[str, TableSpec]:
        return {
            each: TableSpec(each, self._names.name(each), properties)
            for each, properties in self._every("AWS::DynamoDB::Table").items()
        }

    def queues(self) -> dict[str, QueueSpec]:
        return {
            each: QueueSpec(
                logical_id=each,
                name=self._names.name(each),
                url=self._names.reference(each),
                arn=self._names.attribute(each, "Arn"),
                properties=properties,
            )
            for each, properties in self._every("AWS::SQS::Queue").items()
        }

    def queue_mappings(
        self, queues: Mapping[str, QueueSpec], functions: Mapping[str, FunctionSpec]
    ) -> dict[str, QueueMappingSpec]:
        by_arn = {queue.arn: queue for queue in queues.values()}
        mappings = {}
        for each, properties in self._every("AWS::Lambda::EventSourceMapping").items():
            if properties["EventSourceArn"] not in by_arn:
                raise LocalStackError(f"{each}: the local stack polls SQS queues of the template, nothing else")
            mappings[each] = QueueMappingSpec(
                logical_id=each,
                queue=by_arn[properties["EventSourceArn"]],
                function=next(each for each, spec in functions.items() if spec.is_meant_by(properties["FunctionName"])),
                batch_size=int(properties.get("BatchSize", 10)),
                window_seconds=float(properties.get("MaximumBatchingWindowInSeconds", 0)),
                reports_failures="ReportBatchItemFailures" in properties.get("FunctionResponseTypes", ()),
                maximum_concurrency=_whole_number(properties.get("ScalingConfig", {}).get("MaximumConcurrency")),
                enabled=bool(properties.get("Enabled", True)),
            )
        return mappings


def _whole_number(value: Json) -> int | None:
    """A whole number; from a parameter it may be text."""
    return None if value is None else int(value)
