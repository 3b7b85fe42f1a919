"""With a key of one's own everything that holds data is under it, and functions may use it for that alone."""

import json
import re
from typing import Any

import pytest

from local.template import ExpandedTemplate
from tests.support.engines import KEY_ARN, template
from tests.support.world import ROOT
from tests.template.resources import each, listed

LISTS = {"WordListBucket": "rules", "WordListKey": "lists/words.json"}
# Source: S3 user guide, "Using server-side encryption with AWS KMS keys": to read an object, and to write one.
OF_A_BUCKET = {"kms:Decrypt", "kms:GenerateDataKey"}
# Source: DynamoDB developer guide, "DynamoDB encryption at rest", on whoever reads and writes a table under such a key.
OF_A_TABLE = {
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
}


def with_key(**parameters: str) -> ExpandedTemplate:
    return template(KmsKeyArn=KEY_ARN, **parameters)


def uses_of_the_key(expanded: ExpandedTemplate, function: str) -> dict[str, set[str]]:
    """What a function's role may do with the key, by the service for which it may."""
    found: dict[str, set[str]] = {}
    for statement in expanded.functions[function].statements:
        if any(action.startswith("kms:") for action in listed(statement["Action"])):
            assert statement["Resource"] == KEY_ARN
            assert statement["Condition"].keys() == {"StringEquals"}
            for service in statement["Condition"]["StringEquals"]["kms:ViaService"]:
                found.setdefault(service, set()).update(listed(statement["Action"]))
    return found


def via(*services: str) -> set[str]:
    return {f"{service}.us-east-1.amazonaws.com" for service in services}


def test_tables_queues_and_logs_are_under_the_key() -> None:
    resources = with_key().resources
    for _, table in each(resources, "AWS::DynamoDB::Table"):
        assert table["SSESpecification"] == {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": KEY_ARN}
    for _, queue in each(resources, "AWS::SQS::Queue"):
        assert queue["KmsMasterKeyId"] == KEY_ARN
        # SQS takes one kind of encryption.
        assert "SqsManagedSseEnabled" not in queue
    for _, group in each(resources, "AWS::Logs::LogGroup"):
        assert group["KmsKeyId"] == KEY_ARN


def test_without_one_the_keys_are_aws_s_and_nobody_is_granted_any() -> None:
    assert KEY_ARN not in json.dumps(template().resources)
    assert not any(uses_of_the_key(template(**LISTS), function) for function in template().functions)
    for _, queue in each(template().resources, "AWS::SQS::Queue"):
        assert queue["SqsManagedSseEnabled"] is True
        assert "KmsMasterKeyId" not in queue


def tables_of(function: Any) -> bool:
    return any("dynamodb:" in str(statement["Action"]) for statement in function.statements)


@pytest.mark.parametrize("function", sorted(template().functions))
def test_a_function_uses_the_key_through_the_services_that_it_calls(function: str) -> None:
    spec = with_key().functions[function]
    called = {action.partition(":")[0] for item in spec.statements for action in listed(item["Action"])}
    wanted = via(*called & {"dynamodb", "s3", "sqs", "secretsmanager"})
    uses = uses_of_the_key(with_key(), function)
    assert uses.keys() == wanted
    others = {"secretsmanager": {"kms:Decrypt"}, "s3": OF_A_BUCKET}
    for service, actions in uses.items():
        assert actions == others.get(service.partition(".")[0], OF_A_TABLE)


def test_word_lists_under_the_key_can_be_read_by_those_who_judge() -> None:
    (service,) = via("s3")
    of_media = {name for name in template().functions if service in uses_of_the_key(with_key(), name)}
    for function in template().functions:
        uses = uses_of_the_key(with_key(**LISTS), function).get(service, set())
        assert ("kms:Decrypt" in uses) == (function in {"ChatFunction", "GroupFunction"} | of_media)


def test_what_the_key_is_for_makes_no_new_versions() -> None:
    for function in template().functions:
        assert with_key().resources[function] == template().resources[function]


def test_the_documented_policy_lets_in_whoever_the_stack_needs() -> None:
    text = (ROOT / "docs" / "operations.md").read_text().partition("### A key of your own")[2]
    block = re.search(r"```json\n(.*?)```", text, re.DOTALL)
    assert block is not None
    statements = {item["Sid"]: item for item in json.loads(block[1])["Statement"]}
    assert statements["TheAccountManagesIt"]["Principal"] == {"AWS": "arn:aws:iam::<account>:root"}
    logs = statements["LogsAreWrittenWithIt"]
    assert logs["Principal"] == {"Service": "logs.<region>.amazonaws.com"}
    pattern = logs["Condition"]["ArnLike"]["kms:EncryptionContext:aws:logs:arn"]
    groups = [name for name, _ in each(with_key().resources, "AWS::Logs::LogGroup")]
    assert groups
    assert pattern == "arn:aws:logs:<region>:<account>:log-group:*"
