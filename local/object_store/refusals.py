"""How S3 refuses. Source: Amazon S3 API reference, "Error responses", list of error codes."""

from html import escape


class Refused(Exception):
    """S3's answer to a request that it refuses. `code`: as S3 names it; `says`: the message; `details`: what else."""

    def __init__(self, status: int, code: str, says: str, **details: int) -> None:
        super().__init__(f"{code}: {says}")
        self.status = status
        self.code = code
        self.says = says
        self.details = details

    @property
    def body(self) -> bytes:
        """The XML of the answer."""
        said = f"<Code>{self.code}</Code><Message>{escape(self.says)}</Message>"
        said += "".join(f"<{name}>{value}</{name}>" for name, value in self.details.items())
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


def old_mechanism() -> Refused:
    """400 InvalidRequest: signature version 2, which regions since 2014 don't take."""
    says = "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256."
    return Refused(400, "InvalidRequest", says)


def too_small(size: int, least: int) -> Refused:
    """400 EntityTooSmall. Bytes."""
    says = "Your proposed upload is smaller than the minimum allowed size"
    return Refused(400, "EntityTooSmall", says, ProposedSize=size, MinSizeAllowed=least)


def too_large(size: int, most: int) -> Refused:
    """400 EntityTooLarge. Bytes."""
    says = "Your proposed upload exceeds the maximum allowed size"
    return Refused(400, "EntityTooLarge", says, ProposedSize=size, MaxSizeAllowed=most)
