"""The environment of a function's process: variables from the template and from Lambda, none from this machine."""

import os
from collections.abc import Mapping

from local.aws import ACCESS_KEY_ID, SECRET_ACCESS_KEY
from local.specs import FunctionSpec


def function_environment(
    spec: FunctionSpec, region: str, endpoints: Mapping[str, str], log_level: str
) -> dict[str, str]:
    """The environment variables of a function, except the address of its Runtime API.

    Source: AWS documentation, "Defined runtime environment variables". Lambda's own variables override the template's,
    which may not define them.

    Args:
        endpoints: variables that point the SDK to local endpoints.
        log_level: if not empty, as if set with Lambda's advanced logging controls.
    """
    of_lambda = {
        "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
        "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{spec.runtime}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(spec.memory_mb),
        "AWS_LAMBDA_FUNCTION_NAME": spec.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{spec.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": "local",
        "LAMBDA_TASK_ROOT": str(spec.code_dir),
        "LANG": "en_US.UTF-8",
        "PATH": os.defpath,
        "PYTHONPATH": os.pathsep.join(map(str, spec.layer_dirs)),
        "TZ": ":UTC",
        "_HANDLER": spec.handler,
    }
    if log_level:
        of_lambda["AWS_LAMBDA_LOG_LEVEL"] = log_level
    # The function must not read the developer's ~/.aws.
    of_this_machine = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    return {**spec.environment, **of_lambda, **of_this_machine, **endpoints}
