"""Stand before every route: who is it, may they, and does the change come from one of our own pages?"""

import secrets
from typing import Annotated

from fastapi import Depends, Request

from data import cases, sessions
from data.taxonomy import REPORT_LANGUAGES
from reports.desk.access import ROUTES, Rule
from reports.desk.cookies import DOOR, LANGUAGE, TOKEN, cookie_name
from reports.desk.desk import Desk
from reports.desk.visitor import BadToken, Forbidden, NotFound, NotSignedIn, TheDesk, Visitor

SAFE = ("GET", "HEAD", "OPTIONS")


async def _sent(request: Request) -> str:
    """The token that came with a change: in a header (scripts, htmx) or in the form."""
    if request.method in SAFE:
        return ""
    if "X-CSRF-Token" in request.headers:
        return request.headers["X-CSRF-Token"]
    if request.headers.get("content-type", "").startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
        form = await request.form(max_files=0, max_fields=200, max_part_size=64_000)
        return str(form.get("csrf", ""))
    return ""


def guard(request: Request, desk: TheDesk, sent: Annotated[str, Depends(_sent)]) -> None:
    """Let the request through and leave its visitor in `request.state.visitor`, or raise why not."""
    rule = ROUTES.get(f"{request.method} {request.scope['route'].path}")
    if rule is None:
        raise Forbidden("No rule allows this route.")
    token = request.cookies.get(cookie_name(TOKEN, desk.options))
    session = sessions.find(desk.database, token, desk.clock(), desk.options.limits) if token else None
    account = session.account if session else None
    csrf = session.csrf if session else request.cookies.get(cookie_name(DOOR, desk.options), "")
    if account is None and rule.scope != "anybody":
        raise NotSignedIn("Sign in first.")
    if request.method not in SAFE and not (
        csrf and secrets.compare_digest(csrf.encode(), sent.encode()) and _from_here(request)
    ):
        raise BadToken("This form was not sent from a page of your session. Go back, load the page again, send again.")
    visitor = Visitor(account, csrf, _language(request, desk, account.language if account else None))
    request.state.visitor = _checked(visitor, rule, request, desk)


def _checked(visitor: Visitor, rule: Rule, request: Request, desk: Desk) -> Visitor:
    """The visitor with the case of the path, if the rule lets them through."""
    if rule.scope in ("anybody", "signed_in"):
        return visitor
    if rule.scope == "some":
        allowed = visitor.somewhere(rule.permission)
    elif rule.scope == "team":
        allowed = visitor.may(rule.permission, str(request.path_params["team"]))
    elif visitor.somewhere(rule.permission):
        case = cases.case(desk.database, str(request.path_params["case_id"]))
        if case is None:
            raise NotFound("There is no such case.")
        visitor = Visitor(visitor.account, visitor.csrf, visitor.language, case)
        allowed = visitor.may(rule.permission, case.team)
    else:
        allowed = False
    if not allowed:
        raise Forbidden("None of your roles allows this.")
    return visitor


def _from_here(request: Request) -> bool:
    # Browsers say where a request comes from; one that another site started is refused even with a token.
    return request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")


def _language(request: Request, desk: Desk, kept: str | None) -> str:
    wanted = kept or request.cookies.get(LANGUAGE, "")
    return wanted if wanted in REPORT_LANGUAGES else desk.options.language
