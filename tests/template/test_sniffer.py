"""The function that looks at uploads: when it is invoked, and what it may do."""

from tests.support.engines import template
from tests.support.roles import roles
from tests.template.resources import each


def test_the_rule_invokes_it_for_uploads_alone() -> None:
    """And never for what it writes itself."""
    ((_, rule),) = each(template().resources, "AWS::Events::Rule")
    assert rule["EventPattern"] == {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {
            "bucket": {"name": [template().functions["SnifferFunction"].environment["MEDIA_BUCKET"]]},
            "object": {"key": [{"prefix": "media/"}]},
            "reason": ["POST Object", "CompleteMultipartUpload"],
        },
    }
    (target,) = rule["Targets"]
    assert target["Arn"].endswith("SnifferFunction:live")


def test_it_may_write_nothing_but_notes_and_tags() -> None:
    """An object that it made below `media/` would invoke it again, for ever. A tag makes no object."""
    granted = roles(template())["SnifferFunction"].granted
    written = {grant.resource for grant in granted if grant.action in ("s3:PutObject", "s3:DeleteObject")}
    assert {resource.partition("/")[2] for resource in written} == {"types/*"}
    assert not any(grant.action.startswith("dynamodb:") for grant in granted)


def test_notes_expire_and_are_no_uploads() -> None:
    ((_, bucket),) = each(template().resources, "AWS::S3::Bucket")
    (rule,) = (rule for rule in bucket["LifecycleConfiguration"]["Rules"] if rule.get("Prefix") == "types/")
    assert (rule["Status"], rule["ExpirationInDays"]) == ("Enabled", 30)
    assert "TagFilters" not in rule


def test_events_that_fail_are_kept() -> None:
    (function,) = (
        item for name, item in each(template().resources, "AWS::Lambda::Function") if name == "SnifferFunction"
    )
    assert function["DeadLetterConfig"]["TargetArn"] == template().queues["SnifferDeadLetters"].arn
