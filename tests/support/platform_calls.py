"""The calls that AWS itself makes with the roles of functions."""

from collections import defaultdict
from collections.abc import Mapping

from local.template import ExpandedTemplate
from tests.support.roles import Grant
from tests.template.resources import each

ByFunction = Mapping[str, set[Grant]]


def by_the_platform(deployed: ExpandedTemplate) -> ByFunction:
    """What AWS does with the roles of functions.

    Sources: Lambda developer guide, "Sending Lambda function logs to CloudWatch Logs" (no CreateLogGroup: the groups
    are the template's), "Creating and configuring an Amazon SQS event source mapping" and "Visualize Lambda function
    invocations using AWS X-Ray".
    """
    done: dict[str, set[Grant]] = defaultdict(set)

    def does(function: str, actions: tuple[str, ...], resource: str) -> None:
        done[function] |= {Grant(action, resource) for action in actions}

    for name, function in each(deployed.resources, "AWS::Lambda::Function"):
        group = deployed.deployment.arn("logs", f"log-group:{function['LoggingConfig']['LogGroup']}:*")
        does(name, ("logs:CreateLogStream", "logs:PutLogEvents"), group)
        if function.get("TracingConfig", {}).get("Mode") == "Active":
            does(name, ("xray:PutTelemetryRecords", "xray:PutTraceSegments"), "*")
        # Lambda developer guide, "Adding a dead-letter queue".
        if target := function.get("DeadLetterConfig", {}).get("TargetArn"):
            does(name, ("sqs:SendMessage",), target)
    for mapping in deployed.queue_mappings.values():
        actions = ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")
        does(mapping.function, actions, mapping.queue.arn)
    return done
