"""What API Gateway and Lambda allow an HTTP API.

Source: AWS documentation, "Quotas for configuring and running an HTTP API in API Gateway" and "Lambda quotas".
"""

# Payload size of a request.
MAX_BODY_BYTES = 10 * 1024 * 1024
# "Total combined size of request line and header values".
MAX_HEAD_BYTES = 10_240
# "Maximum integration timeout", and "Timeout for Lambda authorizer response".
INTEGRATION_SECONDS = 30.0
AUTHORIZER_SECONDS = 10.0
# Lambda's synchronous invocations: the event, and the answer, each as JSON.
MAX_PAYLOAD_BYTES = 6 * 1024 * 1024
