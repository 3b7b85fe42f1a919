"""The values of `Ref` and `Fn::GetAtt` for a resource, from the names that CloudFormation would have given it.

Source: AWS documentation, section "Return values" of each resource type.
"""

import hashlib
from collections.abc import Callable

from local.deployment import Deployment
from local.errors import LocalStackError
from local.json_types import Json, JsonObject
from local.specs import is_true

NAME_PROPERTIES = {
    "AWS::DynamoDB::Table": "TableName",
    "AWS::IAM::Role": "RoleName",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::ApiGatewayV2::Stage": "StageName",
}


class PhysicalNames:
    """The names of one deployed template's resources, the same at every start.

    Args:
        resources: the template's resources, by logical id.
        resolve: resolves intrinsic functions, for names that the template itself gives.
    """

    def __init__(
        self, resources: dict[str, JsonObject], deployment: Deployment, resolve: Callable[[Json], Json]
    ) -> None:
        self._resources = resources
        self._deployment = deployment
        self._resolve = resolve

    def name(self, logical_id: str) -> str:
        """The resource's name, or its id if its kind has no name. Raises KeyError if there is no such resource."""
        resource = self._resources[logical_id]
        if resource["Type"] == "AWS::ApiGatewayV2::Api":
            return hashlib.sha256(f"{self._deployment.stack_name}/{logical_id}".encode()).hexdigest()[:10]
        properties = resource.get("Properties", {})
        given = properties.get(NAME_PROPERTIES.get(resource["Type"], ""))
        if given is not None:
            return str(self._resolve(given))
        fifo = resource["Type"] == "AWS::SQS::Queue" and is_true(self._resolve(properties.get("FifoQueue", False)))
        named = f"{self._deployment.stack_name}-{logical_id}{'.fifo' if fifo else ''}"
        # Names of buckets are in lower case.
        return named.lower() if resource["Type"] == "AWS::S3::Bucket" else named

    def reference(self, logical_id: str) -> str:
        """The value of `Ref`. Raises KeyError if there is no such resource."""
        name = self.name(logical_id)
        kind = self._resources[logical_id]["Type"]
        if kind == "AWS::SQS::Queue":
            return self._deployment.queue_url(name)
        if kind == "AWS::SNS::Topic":
            return self._deployment.arn("sns", name)
        if kind == "AWS::Lambda::LayerVersion":
            return self._deployment.arn("lambda", f"layer:{name}:1")
        if kind == "AWS::Lambda::Alias":
            properties = self._resolve(self._resources[logical_id]["Properties"])
            return self._deployment.arn("lambda", f"function:{properties['FunctionName']}:{properties['Name']}")
        return name

    def attribute(self, logical_id: str, attribute: str) -> str:
        """The value of `Fn::GetAtt`."""
        if logical_id not in self._resources:
            raise LocalStackError(f"template: Fn::GetAtt {logical_id}.{attribute}: there is no such resource")
        kind = self._resources[logical_id]["Type"]
        if kind == "AWS::Lambda::Version" and attribute == "Version":
            return "1"
        if attribute in {"QueueName", "ApiId", "RoleId", "RouteId", "AuthorizerId"}:
            return self.name(logical_id)
        if attribute == "QueueUrl":
            return self.reference(logical_id)
        if attribute == "ApiEndpoint":
            # An API with an OpenAPI body is an HTTP API; such a resource has no ProtocolType.
            scheme = "https" if "Body" in self._resources[logical_id]["Properties"] else "wss"
            return f"{scheme}://{self.name(logical_id)}.execute-api.{self._deployment.region}.amazonaws.com"
        if attribute == "Arn" and kind in _ARNS:
            return _ARNS[kind](self._deployment, self.name(logical_id))
        raise LocalStackError(
            f"template: the local stack doesn't know the attribute {attribute} of {logical_id} ({kind}); "
            "add it to local/physical.py"
        )


_ARNS: dict[str, Callable[[Deployment, str], str]] = {
    "AWS::DynamoDB::Table": lambda place, name: place.arn("dynamodb", f"table/{name}"),
    "AWS::Events::Rule": lambda place, name: place.arn("events", f"rule/{name}"),
    "AWS::IAM::Role": lambda place, name: place.arn("iam", f"role/{name}", region=False),
    "AWS::Lambda::Function": lambda place, name: place.arn("lambda", f"function:{name}"),
    "AWS::Logs::LogGroup": lambda place, name: place.arn("logs", f"log-group:{name}:*"),
    "AWS::S3::Bucket": lambda _place, name: f"arn:aws:s3:::{name}",
    "AWS::SQS::Queue": lambda place, name: place.arn("sqs", name),
    "AWS::KMS::Key": lambda place, name: place.arn("kms", f"key/{name}"),
}
