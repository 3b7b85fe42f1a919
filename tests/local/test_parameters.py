"""A parameter's value is what CloudFormation would take, or a clear error."""

from typing import Any

import pytest

from local.errors import LocalStackError
from local.parameters import parameter_values


def value(definition: dict[str, Any], given: str) -> Any:
    return parameter_values({"Name": definition}, {"Name": given})["Name"]


TEXT, NUMBER = {"Type": "String"}, {"Type": "Number"}
NUMBERS, TEXTS = {"Type": "List<Number>"}, {"Type": "CommaDelimitedList"}


@pytest.mark.parametrize(
    ("definition", "given", "expected"),
    [
        (TEXT, "", ""),
        ({**TEXT, "MinLength": 2, "MaxLength": "3"}, "abc", "abc"),
        ({**TEXT, "AllowedValues": [True, "b"]}, "true", "true"),
        ({**TEXT, "AllowedPattern": "[a-z]*"}, "abc", "abc"),
        ({**NUMBER, "MinValue": -1.5, "MaxValue": "2"}, "-1.5", "-1.5"),
        (NUMBER, "1e3", "1e3"),
        (TEXTS, "a, b ,c", ["a", "b", "c"]),
        (NUMBERS, "80,443", ["80", "443"]),
        ({"Type": "AWS::EC2::VPC::Id"}, "vpc-1", "vpc-1"),
        ({"Type": "List<AWS::EC2::Subnet::Id>"}, "s-1,s-2", ["s-1", "s-2"]),
    ],
)
def test_what_is_allowed_is_taken(definition: dict[str, Any], given: str, expected: Any) -> None:
    assert value(definition, given) == expected


@pytest.mark.parametrize(
    ("definition", "given", "said"),
    [
        ({**TEXT, "MinLength": 2}, "a", "must have 2 to any number of characters"),
        ({**TEXT, "MaxLength": 3}, "abcd", "must have 0 to 3 characters"),
        ({**TEXT, "AllowedPattern": "[a-z]*"}, "abc\n", "must match"),
        ({**TEXT, "AllowedPattern": "a|b"}, "ab", "must match"),
        (NUMBER, "", "must be a number"),
        (NUMBER, "nan", "must be a number"),
        (NUMBER, "inf", "must be a number"),
        (NUMBER, "1_000", "must be a number"),
        (NUMBER, " 5", "must be a number"),
        (NUMBER, "٣", "must be a number"),
        ({**NUMBER, "MinValue": 2}, "1.9", "must be a number of at least 2"),
        ({**NUMBER, "MaxValue": 2}, "2.1", "must be a number of at most 2"),
        ({**NUMBERS, "MaxValue": 100}, "80,443", "must be a number of at most 100"),
        (NUMBERS, "80,many", "must be a number"),
        ({**TEXTS, "AllowedValues": ["a", "b"]}, "a,c", "must be one of a, b"),
        ({**TEXTS, "AllowedPattern": "[a-z]"}, "a,bc", "must match"),
        ({"Type": "AWS::SSM::Parameter::Value<String>"}, "/a", "knows no parameters of type AWS::SSM"),
        ({"Type": "Strnig"}, "a", "knows no parameters of type Strnig"),
        ({**TEXT, "MaxLength": 1, "ConstraintDescription": "must be short"}, "ab", "Name=ab: must be short"),
    ],
)
def test_what_is_not_allowed_is_refused_with_its_reason(definition: dict[str, Any], given: str, said: str) -> None:
    with pytest.raises(LocalStackError, match=said):
        value(definition, given)


def test_a_secret_is_not_repeated() -> None:
    with pytest.raises(LocalStackError) as caught:
        value({**TEXT, "NoEcho": True, "MaxLength": 3}, "secret")
    assert "secret" not in str(caught.value)
    assert str(caught.value) == "template parameter Name: must have 0 to 3 characters"
