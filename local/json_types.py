"""Types of JSON values, as `json.loads` returns them and CloudFormation templates have them."""

from typing import Any

Json = Any
JsonObject = dict[str, Any]
