"""Sign in with the company's own identity provider (OpenID Connect), for accounts that an admin has made."""

from dataclasses import dataclass
from typing import Any, Protocol

from data.errors import EarshotError

TIMEOUT = 10.0
#: Signatures with the provider's public key only; "none" and shared secrets are refused.
ALGORITHMS = ["RS256", "PS256", "ES256"]


class NotProven(EarshotError):
    """The identity provider did not prove who came back."""


@dataclass(frozen=True, slots=True)
class Departure:
    """Where to send the browser, and what to remember until it comes back."""

    url: str
    state: str
    nonce: str
    verifier: str


class Provider(Protocol):
    """An identity provider: sends people away to sign in, and says who came back."""

    def depart(self) -> Departure: ...

    def arrive(self, code: str, nonce: str, verifier: str) -> str:
        """The name of the account of whoever came back with `code`; raises an EarshotError when it is not proven."""
        ...


class OpenIdProvider(Provider):
    """Authorisation code flow with PKCE and a nonce (OpenID Connect Core 1.0, 3.1). Needs the extra `oidc`."""

    def __init__(self, *, issuer: str, client_id: str, secret: str, claim: str, back: str) -> None:
        self._issuer, self._client_id, self._secret = issuer, client_id, secret
        self._claim, self._back = claim, back
        self._known: dict[str, Any] | None = None

    def depart(self) -> Departure:
        from authlib.common.security import generate_token

        nonce, verifier = generate_token(32), generate_token(64)
        with self._client() as client:
            url, state = client.create_authorization_url(
                self._facts()["authorization_endpoint"], nonce=nonce, code_verifier=verifier
            )
        return Departure(url, state, nonce, verifier)

    def arrive(self, code: str, nonce: str, verifier: str) -> str:
        import httpx
        from authlib.common.errors import AuthlibBaseError
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        try:
            with self._client() as client:
                token = client.fetch_token(self._facts()["token_endpoint"], code=code, code_verifier=verifier)
                published = httpx.get(self._facts()["jwks_uri"], timeout=TIMEOUT).raise_for_status()
                keys = KeySet.import_key_set(published.json())
            claims = jwt.decode(str(token["id_token"]), keys, algorithms=ALGORITHMS).claims
            jwt.JWTClaimsRegistry(
                leeway=60,
                iss={"essential": True, "value": self._issuer},
                aud={"essential": True, "value": self._client_id},
                exp={"essential": True},
                nonce={"essential": True, "value": nonce},
            ).validate(claims)
        except (AuthlibBaseError, JoseError, httpx.HTTPError, KeyError, ValueError) as error:
            raise NotProven(
                f"The sign-in at {self._issuer} failed ({type(error).__name__}). Check the client's id and secret."
            ) from error
        name = claims.get(self._claim)
        if not isinstance(name, str) or not name or (self._claim == "email" and claims.get("email_verified") is False):
            raise NotProven(
                f"{self._issuer} gave no usable {self._claim!r}. Set review.oidc.claim to one that it gives."
            )
        return name

    def _client(self) -> Any:
        from authlib.integrations.httpx_client import OAuth2Client

        return OAuth2Client(
            self._client_id, self._secret, scope="openid profile email", redirect_uri=self._back,
            code_challenge_method="S256", timeout=TIMEOUT,
        )  # fmt: skip

    def _facts(self) -> dict[str, Any]:
        """What the provider says about itself, asked once (OpenID Connect Discovery 1.0)."""
        if self._known is None:
            import httpx

            try:
                answer = httpx.get(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration", timeout=TIMEOUT)
                facts = answer.raise_for_status().json()
            except (httpx.HTTPError, ValueError) as error:
                raise NotProven(
                    f"{self._issuer} does not answer ({type(error).__name__}). Check review.oidc."
                ) from error
            if not isinstance(facts, dict) or facts.get("issuer") != self._issuer:
                raise NotProven(
                    f"{self._issuer} calls itself otherwise. Set review.oidc.issuer as the provider writes it."
                )
            self._known = facts
        return self._known
