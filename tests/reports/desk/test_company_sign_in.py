"""The company's own sign-in opens the desk for accounts that an admin made, and for nobody else."""

import base64
import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from data import accounts
from reports.desk.app import create_app
from reports.desk.company_sign_in import NotProven, OpenIdProvider
from reports.desk.desk import Desk
from tests.reports.desk.conftest import Browser
from tests.reports.desk.served import served

pytest.importorskip("authlib", reason="the extra `oidc` is not installed")


class FakeCompany:
    """An identity provider that signs in whoever `name` says, and can be told to cheat by changed `claims`."""

    def __init__(self) -> None:
        from joserfc.jwk import RSAKey

        self.key = RSAKey.generate_key(2048, parameters={"kid": "k1", "use": "sig", "alg": "RS256"})
        self.signs_with = self.key
        self.name, self.claims, self.issuer = "wei", {}, ""
        self.asked: dict[str, str] = {}

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.facts),
                Route("/token", self.token, methods=["POST"]),
                Route("/keys", self.keys),
            ]
        )

    async def facts(self, request: Request) -> JSONResponse:
        base = self.issuer
        return JSONResponse(
            {
                "issuer": base, "authorization_endpoint": f"{base}/authorise", "token_endpoint": f"{base}/token",
                "jwks_uri": f"{base}/keys",
            }
        )  # fmt: skip

    async def keys(self, request: Request) -> JSONResponse:
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    async def token(self, request: Request) -> JSONResponse:
        from joserfc import jwt

        form = await request.form()
        digest = hashlib.sha256(str(form["code_verifier"]).encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != self.asked["code_challenge"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        claims: dict[str, Any] = {
            "iss": self.issuer, "aud": "earshot", "exp": int(time.time()) + 60, "nonce": self.asked["nonce"],
            "sub": "1", "preferred_username": self.name,
        }  # fmt: skip
        signed = jwt.encode({"alg": "RS256", "kid": "k1"}, claims | self.claims, self.signs_with)
        return JSONResponse({"access_token": "t", "token_type": "Bearer", "id_token": signed})

    def send_away(self, url: str) -> None:
        """Keep what the desk asked for, as a provider's own page would."""
        self.asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


@pytest.fixture
def company() -> Iterator[FakeCompany]:
    made = FakeCompany()
    with served(made.app()) as address:
        made.issuer = address
        yield made


@pytest.fixture
def provider(company: FakeCompany) -> OpenIdProvider:
    return OpenIdProvider(
        issuer=company.issuer, client_id="earshot", secret="s", claim="preferred_username",
        back="https://testserver/sign-in/company/back",
    )  # fmt: skip


def test_whom_the_company_proves_is_signed_in(desk: Desk, company: FakeCompany, provider: OpenIdProvider) -> None:
    """With an account, once for each departure; without one the door stays shut."""
    browser = Browser(create_app(replace(desk, provider=provider)), base_url="https://testserver")

    def go() -> Any:
        company.send_away(browser.get("/sign-in/company", follow_redirects=False).headers["location"])
        state = company.asked["state"]
        return browser.get(f"/sign-in/company/back?code=c&state={state}", follow_redirects=False)

    assert go().status_code == 403
    accounts.add(desk.database, "wei", None, [], who="root")
    answer = go()
    assert answer.headers["location"] == "/"
    assert browser.get("/account").status_code == 200
    again = f"/sign-in/company/back?code=c&state={company.asked['state']}"
    assert Browser(browser.app, base_url="https://testserver").get(again).status_code == 401


CHEATS: dict[str, Callable[[FakeCompany], None]] = {
    "another audience": lambda company: company.claims.update(aud="somebody-else"),
    "another issuer": lambda company: company.claims.update(iss="https://evil.example"),
    "an old token": lambda company: company.claims.update(exp=int(time.time()) - 3600),
    "another nonce": lambda company: company.claims.update(nonce="x"),
    "no name": lambda company: company.claims.update(preferred_username=None),
    "another verifier": lambda company: company.asked.update(code_challenge="x"),
}


@pytest.mark.parametrize("cheat", CHEATS)
def test_what_is_not_proven_is_refused(company: FakeCompany, provider: OpenIdProvider, cheat: str) -> None:
    """Each check of the code flow, tried by breaking it."""
    departure = provider.depart()
    company.send_away(departure.url)
    CHEATS[cheat](company)
    with pytest.raises(NotProven):
        provider.arrive("c", departure.nonce, departure.verifier)


def test_a_token_signed_by_somebody_else_is_refused(company: FakeCompany, provider: OpenIdProvider) -> None:
    """The signature is the proof; the rest are words."""
    from joserfc.jwk import RSAKey

    departure = provider.depart()
    company.send_away(departure.url)
    company.signs_with = RSAKey.generate_key(2048, parameters={"kid": "k1"})
    with pytest.raises(NotProven):
        provider.arrive("c", departure.nonce, departure.verifier)
