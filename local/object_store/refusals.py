"""How S3 refuses. Source: Amazon S3 API reference, "Error responses", list of error codes."""

from xml.sax.saxutils import escape


class Refused(Exception):
    """S3's answer to a request that it refuses. `code`: as S3 names it; `says`: the message."""

    def __init__(self, status: int, code: str, says: str) -> None:
        super().__init__(f"{code}: {says}")
        self.status = status
        self.code = code
        self.says = says

    @property
    def body(self) -> bytes:
        """The XML of the answer."""
        said = f"<Code>{self.code}</Code><Message>{escape(self.says)}</Message>"
        return f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{said}</Error>'.encode()


def denied(says: str = "Access Denied") -> Refused:
    """403 AccessDenied."""
    return Refused(403, "AccessDenied", says)


def wrong_signature() -> Refused:
    """403 SignatureDoesNotMatch."""
    return Refused(
        403,
        "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided. Check your key and signing "
        "method.",
    )
