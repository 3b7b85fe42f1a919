"""Names for what `json.loads` gives and CloudFormation templates are made of."""

from typing import Any

Json = Any
JsonObject = dict[str, Any]
