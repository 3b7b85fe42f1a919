"""The account, region and addresses that a stack is deployed to."""

import re
from dataclasses import dataclass

_EXECUTE_API = re.compile(r"\b(?P<scheme>https|wss)://(?P<api>[a-z0-9]+)\.execute-api\.[a-z0-9-]+\.amazonaws\.com")


@dataclass(frozen=True)
class Deployment:
    """The place where a template's resources are, or would be.

    `gateway` is the host:port that stands for every execute-api host, so that what the template calls
    `https://<api id>.execute-api.<region>.amazonaws.com/<stage>` reaches the local gateway. Without it the addresses
    stay as they are on AWS.
    `queues` is the address that queue URLs begin with.
    """

    stack_name: str = "catchup"
    region: str = "us-east-1"
    account_id: str = "123456789012"
    gateway: str | None = None
    queues: str | None = None

    @property
    def pseudo_parameters(self) -> dict[str, str]:
        """`AWS::…`, as in AWS documentation, "Pseudo parameters reference"."""
        return {
            "AWS::AccountId": self.account_id,
            "AWS::Partition": "aws",
            "AWS::Region": self.region,
            "AWS::StackId": f"arn:aws:cloudformation:{self.region}:{self.account_id}:stack/{self.stack_name}/local",
            "AWS::StackName": self.stack_name,
            "AWS::URLSuffix": "amazonaws.com",
        }

    def arn(self, service: str, resource: str, *, region: bool = True) -> str:
        """An ARN in this account. ARNs of IAM have no region."""
        return f"arn:aws:{service}:{self.region if region else ''}:{self.account_id}:{resource}"

    def queue_url(self, name: str) -> str:
        """The URL of the queue `name`."""
        return f"{self.queues or f'https://sqs.{self.region}.amazonaws.com'}/{self.account_id}/{name}"

    def localise(self, text: str) -> str:
        """`text` with the local gateway's address in place of the addresses of execute-api hosts.

        >>> Deployment(gateway="127.0.0.1:3001").localise("https://a1b2c3.execute-api.us-east-1.amazonaws.com/v1")
        'http://127.0.0.1:3001/v1'
        """
        if self.gateway is None:
            return text
        schemes = {"https": "http", "wss": "ws"}
        return _EXECUTE_API.sub(lambda match: f"{schemes[match['scheme']]}://{self.gateway}", text)
