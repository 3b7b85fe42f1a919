"""SAM's own transform, run in this process: `AWS::Serverless::…` resources become CloudFormation ones.

`sam deploy` packages code and layers into S3 before the transform. Here the S3 key is the path of the local folder, so
that the expanded function still names the place of its code.
"""

from collections.abc import Mapping
from pathlib import Path

import boto3
import yaml
from samtranslator.metrics.metrics import DummyMetricsPublisher, Metrics
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import intrinsics_multi_constructor
from yaml import YAMLError

from local.errors import LocalStackError
from local.json_types import Json, JsonObject

_BUCKET = "local"
_FOLDERS = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc] # one of two classes
    """Loads YAML with the C parser, ten times as fast as SAM's own loader, which is pure Python."""


_Loader.add_multi_constructor("!", intrinsics_multi_constructor)


def read_template(path: Path) -> JsonObject:
    """Reads the template as written, with short forms such as `!Ref` in their long forms."""
    if not path.is_file():
        raise LocalStackError(f"there is no template {path}; name one with TEMPLATE=…")
    try:
        document: JsonObject = _Loader(path.read_text(encoding="utf-8")).get_single_data()
    except OSError as error:
        raise LocalStackError(f"the template {path} can't be read: {error.strerror}") from None
    except (UnicodeDecodeError, YAMLError) as error:
        raise LocalStackError(f"the template {path} is not YAML: {' '.join(str(error).split())}") from None
    resources = document.get("Resources") if isinstance(document, dict) else None
    if not isinstance(resources, dict) or not all(
        isinstance(each, dict) and each.get("Type") for each in resources.values()
    ):
        raise LocalStackError(f"the template {path} is none: it needs Resources, each with a Type")
    return document


def expand(document: JsonObject, parameters: Mapping[str, Json], region: str) -> JsonObject:
    """Returns the CloudFormation template that AWS would make of `document`. It changes `document`.

    Raises LocalStackError with SAM's own explanation if the template is wrong.
    """
    default = document.get("Globals", {}).get("Function", {}).get("CodeUri")
    for resource in document["Resources"].values():
        name = _FOLDERS.get(resource["Type"])
        if name is not None:
            folder = resource.setdefault("Properties", {}).get(name, default)
            resource["Properties"][name] = {"Bucket": _BUCKET, "Key": str(folder)}
    # The default warns at exit that the metrics were not published.
    metrics = Metrics("local", DummyMetricsPublisher())
    translator = Translator({}, Parser(), boto_session=boto3.Session(region_name=region), metrics=metrics)
    try:
        expanded: JsonObject = translator.translate(document, dict(parameters))
    except InvalidDocumentException as error:
        reasons = "; ".join(cause.message for cause in error.causes)
        raise LocalStackError(f"the template is invalid: {reasons}") from None
    finally:
        metrics.publish()
    return expanded


def folder_of(content: JsonObject, root: Path) -> Path:
    """The local folder of an expanded `Code` or `Content`."""
    return (root / str(content["S3Key"])).resolve()
