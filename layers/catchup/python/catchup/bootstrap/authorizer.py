"""The authorizer's parts."""

from dataclasses import dataclass

from catchup.bootstrap.clients import Parts
from catchup.observability import FunctionTelemetry
from catchup.settings import Settings
from catchup.tokens import Tokens


@dataclass(eq=False, repr=False, slots=True)
class AuthorizerService:
    """What the authorizer does."""

    telemetry: FunctionTelemetry
    verifier: Tokens


def build_authorizer(settings: Settings, parts: Parts) -> AuthorizerService:
    """What the authorizer does: one of two ways, which the settings have checked."""
    if settings.jwt_secret_arn:
        # Imported only here, as the issuer's below: each deployment has one of the two.
        from catchup.secret import SecretTokens

        secret = SecretTokens(
            parts.clients.secrets(),
            settings.jwt_secret_arn,
            clock=parts.clock,
            telemetry=parts.telemetry,
            uid_claim=settings.jwt_uid_claim,
        )
        return AuthorizerService(parts.telemetry, secret)
    # Imported only here: its libraries cost a cold start more than the rest of the authorizer.
    from catchup.issuer import IssuerTokens

    issuer = IssuerTokens(
        settings.jwt_issuer,
        settings.jwt_audience,
        keys_url=settings.jwt_keys_url,
        uid_claim=settings.jwt_uid_claim,
    )
    return AuthorizerService(parts.telemetry, issuer)
