"""Sign in and out, choose a language, change one's own password."""

import secrets
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from data import accounts, sessions
from data.errors import EarshotError
from data.taxonomy import REPORT_LANGUAGES
from reports.desk.cookies import DOOR, TOKEN, cookie_name, give, remember_language, take
from reports.desk.desk import Desk
from reports.desk.pages import render, words_of
from reports.desk.passwords import WeakPassword
from reports.desk.visitor import Forbidden, TheDesk, TheVisitor, Visitor

router = APIRouter(include_in_schema=False)


@router.get("/")
def home(visitor: TheVisitor) -> Response:
    """The first page that the visitor's roles open."""
    for permission, path in (
        ("cases.read", "/cases"), ("accounts.write", "/accounts"), ("reports.read", "/reports"),
        ("topics.read", "/topics"),
    ):  # fmt: skip
        if visitor.somewhere(permission):
            return RedirectResponse(path, 303)
    return RedirectResponse("/account", 303)


@router.get("/health")
def health() -> Response:
    """Says that the application is up, and nothing else."""
    return Response("ok\n", media_type="text/plain")


@router.get("/sign-in")
def door(request: Request, desk: TheDesk, visitor: TheVisitor, next: str = "/", over: bool = False) -> Response:
    """The sign-in form, with a token of its own in a cookie, so that no other site can sign anybody in."""
    if visitor.account is not None:
        return RedirectResponse(local_place(next), 303)
    return _door(request, desk, visitor, next, "session_over" if over else "")


@router.post("/sign-in")
async def enter(
    request: Request,
    desk: TheDesk,
    visitor: TheVisitor,
    name: Annotated[str, Form(max_length=100)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
    next: Annotated[str, Form(max_length=2000)] = "/",
) -> Response:
    """Check the password, when its turn comes."""
    return await desk.door.through(partial(_enter, request, desk, visitor, name, password, next))


def _enter(request: Request, desk: Desk, visitor: Visitor, name: str, password: str, next: str) -> Response:
    """Sign in or refuse. A locked account, a wrong password and an unknown name look the same from outside."""
    now = desk.clock()
    account = accounts.account(desk.database, name.strip().lower())
    locked = account is not None and account.locked_until is not None and account.locked_until > now
    shut = account is None or account.disabled or locked
    if desk.passwords.right(None if account is None or shut else account.password, password) and account is not None:
        answer: Response = RedirectResponse(local_place(next), 303)
        if account.password and (renewed := desk.passwords.renewed(account.password, password)):
            accounts.renew(desk.database, account.name, account.password, renewed)
        _sign_in(desk, answer, account.name, "with a password")
        return answer
    if account is not None and not shut:
        accounts.failed(desk.database, account.name, now)
    return _door(request, desk, visitor, next, "refused", 401)


@router.get("/sign-in/company")
def depart(request: Request, desk: TheDesk, visitor: TheVisitor) -> Response:
    """Send the browser to the company's identity provider."""
    if desk.provider is None:
        raise Forbidden("The company's sign-in is not set up.")
    try:
        departure = desk.provider.depart()
    except EarshotError:
        return _door(request, desk, visitor, "/", "company_refused", 502)
    sessions.expect(desk.database, departure.state, departure.nonce, departure.verifier, desk.clock())
    answer = RedirectResponse(departure.url, 303)
    give(answer, DOOR, departure.state, desk.options)
    return answer


@router.get("/sign-in/company/back")
def arrive(request: Request, desk: TheDesk, visitor: TheVisitor, state: str = "", code: str = "") -> Response:
    """Sign in whom the identity provider proves, if an admin made an account of that name."""
    door_cookie = request.cookies.get(cookie_name(DOOR, desk.options), "")
    begun = sessions.expected(desk.database, state, desk.clock())
    if desk.provider is None or begun is None or not secrets.compare_digest(door_cookie.encode(), state.encode()):
        return _door(request, desk, visitor, "/", "company_refused", 401)
    try:
        name = desk.provider.arrive(code, *begun)
    except EarshotError:
        return _door(request, desk, visitor, "/", "company_refused", 401)
    account = accounts.account(desk.database, name.strip().lower())
    if account is None or account.disabled:
        return _door(request, desk, visitor, "/", "company_unknown", 403)
    answer = RedirectResponse("/", 303)
    _sign_in(desk, answer, account.name, "with the company's sign-in")
    return answer


@router.post("/sign-out")
def leave(request: Request, desk: TheDesk) -> Response:
    sessions.end(desk.database, request.cookies.get(cookie_name(TOKEN, desk.options), ""))
    answer = RedirectResponse("/sign-in", 303)
    take(answer, TOKEN, desk.options)
    return answer


@router.post("/language")
def speak(
    desk: TheDesk,
    visitor: TheVisitor,
    language: Annotated[str, Form(max_length=20)],
    next: Annotated[str, Form(max_length=2000)] = "/",
) -> Response:
    answer = RedirectResponse(local_place(next), 303)
    if language in REPORT_LANGUAGES:
        remember_language(answer, language, desk.options)
        if visitor.account is not None:
            accounts.speak(desk.database, visitor.account.name, language)
    return answer


@router.get("/account")
def own_account(request: Request) -> Response:
    return render(request, "account.html", error="")


@router.post("/account/password")
def own_password(
    request: Request,
    desk: TheDesk,
    visitor: TheVisitor,
    old: Annotated[str, Form(max_length=1000)],
    new: Annotated[str, Form(max_length=1000)],
) -> Response:
    """Change one's own password; every session of the account ends, this one goes on under a new token."""
    words = words_of(visitor.language)
    until = visitor.someone.locked_until
    if (until and until > desk.clock()) or not desk.passwords.right(visitor.someone.password, old):
        accounts.failed(desk.database, visitor.name, desk.clock())
        return render(request, "account.html", 422, error=words.say("account.wrong_old"))
    try:
        kept = desk.passwords.hash(new)
    except WeakPassword:
        return render(request, "account.html", 422, error=words.say("account.weak"))
    accounts.change(desk.database, visitor.name, who=visitor.name, password=kept)
    answer = RedirectResponse("/account?told=password", 303)
    _sign_in(desk, answer, visitor.name, "after a change of password")
    return answer


def _sign_in(desk: Desk, answer: Response, name: str, how: str) -> None:
    token = sessions.begin(desk.database, name, desk.clock(), desk.options.limits, how=how)
    give(answer, TOKEN, token, desk.options)
    take(answer, DOOR, desk.options)


def _door(request: Request, desk: Desk, visitor: Visitor, next: str, trouble: str, status: int = 200) -> Response:
    csrf = visitor.csrf if visitor.account is None and visitor.csrf else secrets.token_urlsafe(32)
    words = words_of(visitor.language)
    request.state.visitor = Visitor(None, csrf, visitor.language)
    answer = render(
        request, "sign_in.html", status, next=local_place(next), company_sign_in=desk.provider is not None,
        trouble=words.say(f"door.{trouble}") if trouble else "",
    )  # fmt: skip
    give(answer, DOOR, csrf, desk.options)
    return answer


def local_place(place: str) -> str:
    """A path of our own; anything that could lead elsewhere becomes the first page."""
    ours = place.startswith("/") and not place.startswith(("//", "/\\")) and "\\" not in place and place.isprintable()
    return place if ours else "/"
