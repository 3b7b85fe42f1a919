"""Checks the expanded template with checkov: `python -m tools.checkov .tools/checkov/bin/checkov`.

It runs once with the defaults, and once with all parameters switched on. Accepted findings are listed below, each with
its reason. An exemption without a finding is an error too. Exit status: 1 if it finds anything else, else 0.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from commands.start import run
from local.template import load_template

ROOT = Path(__file__).resolve().parent.parent
PLAIN = {"JwtSecretArn": "arn:aws:secretsmanager:us-east-1:123456789012:secret:jwt-AbCdEf"}
EVERYTHING = {
    **PLAIN,
    "Stage": "prod",
    "AlarmEmail": "oncall@example.com",
    "CanaryDeployment": "true",
    "ContributorInsights": "true",
    "CreateApiGatewayLogRole": "true",
    "KmsKeyArn": "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "Moderator": "shop.rules:judge",
    "Tracing": "Active",
    "WordListBucket": "rules",
    "WordListKey": "lists/words.json",
}
ALL_OF_THEM = "*"


class Exemption(NamedTuple):
    """A check that some resources may fail. It lists their logical ids, or is for ALL_OF_THEM."""

    check: str
    resources: Collection[str]
    reason: str


EXEMPTIONS = (
    Exemption(
        "CKV_AWS_18",
        ("MediaBucket",),
        "a log of each download would say who looks at what, and needs a bucket of its own; what functions sign is in"
        " their logs",
    ),
    Exemption(
        "CKV_AWS_21",
        ("MediaBucket",),
        "what a person recalls must be gone: a version would keep it",
    ),
    Exemption(
        "CKV_AWS_28",
        ("PresenceTable", "RosterTable", "SentTable"),
        "who is online for two hours, or what a retry may need for a week: nothing that a restore could bring back",
    ),
    Exemption(
        "CKV_AWS_115",
        ALL_OF_THEM,
        "reserved concurrency would take it from the others, and a new account has none to reserve; what the queues"
        " may take is bounded by FanOutConcurrency, what people may by the stage's throttling",
    ),
    Exemption(
        "CKV_AWS_116",
        ALL_OF_THEM,
        "no function is invoked asynchronously: API Gateway hears of failures, and queues have dead-letter queues",
    ),
    Exemption(
        "CKV_AWS_117",
        ALL_OF_THEM,
        "they talk to AWS's public endpoints alone, by roles; a VPC would add endpoints or a NAT and guard nothing",
    ),
    Exemption(
        "CKV_AWS_173",
        ALL_OF_THEM,
        "variables hold names and addresses, no secrets, and are encrypted by Lambda's own key; one of yours would be"
        " asked at each cold start",
    ),
)
# A stack with AWS's own keys is encrypted too; KmsKeyArn is for operators who must hold the key themselves.
WITHOUT_A_KEY = tuple(
    Exemption(check, ALL_OF_THEM, "AWS's own keys unless KmsKeyArn names one")
    for check in ("CKV_AWS_27", "CKV_AWS_119", "CKV_AWS_158")
)


class Finding(NamedTuple):
    """A check that a resource fails, and what the check requires."""

    check: str
    resource: str
    asks: str


def findings(checkov: str, parameters: Mapping[str, str]) -> list[Finding]:
    """Checkov's findings in the template, expanded and resolved with these parameters."""
    resources = load_template(ROOT / "template.yaml", parameters, keeps_rules=True).resources
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "template.json")
        path.write_text(
            json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources}), encoding="utf-8"
        )
        asked = [
            checkov,
            "--file",
            str(path),
            "--framework",
            "cloudformation",
            "--output",
            "json",
            "--compact",
            "--quiet",
        ]
        # Without checks from the network, so that only the locked version decides.
        done = subprocess.run([*asked, "--skip-download", "--soft-fail"], capture_output=True, text=True, check=False)
    try:
        report: Mapping[str, Any] = json.loads(done.stdout)
        if not report["summary"]["passed"] or report["summary"]["parsing_errors"]:
            raise ValueError(report["summary"])
        return [
            Finding(each["check_id"], each["resource"].rpartition(".")[2], each["check_name"])
            for each in report["results"]["failed_checks"]
        ]
    except (ValueError, KeyError, TypeError):
        raise SystemExit(f"checkov did not look: {done.stderr.strip() or done.stdout.strip()}") from None


def unexpected(found: Sequence[Finding], exemptions: Sequence[Exemption]) -> Iterator[str]:
    """Returns a line for each finding without an exemption, and for each exemption without a finding."""
    needed = set()
    for each in found:
        exempting = {
            number
            for number, exemption in enumerate(exemptions)
            if exemption.check == each.check
            and (exemption.resources == ALL_OF_THEM or each.resource in exemption.resources)
        }
        needed |= exempting
        if not exempting:
            yield f"{each.check} {each.resource}: {each.asks}"
    for number, exemption in enumerate(exemptions):
        if number not in needed:
            yield f"{exemption.check}: nothing needs this exemption any more; take it out of tools/checkov.py"


def main(arguments: Sequence[str]) -> int:
    """Runs checkov and returns the exit status."""
    if len(arguments) != 1:
        print("error: which checkov? python -m tools.checkov PATH", file=sys.stderr)
        return 2
    (checkov,) = arguments
    wrong: set[str] = set()
    for parameters, exemptions in ((PLAIN, (*EXEMPTIONS, *WITHOUT_A_KEY)), (EVERYTHING, EXEMPTIONS)):
        wrong |= set(unexpected(findings(checkov, parameters), exemptions))
    for line in sorted(wrong):
        print(line)
    if not wrong:
        print(f"checkov finds nothing in the template but what {len(EXEMPTIONS) + len(WITHOUT_A_KEY)} exemptions name.")
    return 1 if wrong else 0


if __name__ == "__main__":
    run(lambda: main(sys.argv[1:]))
