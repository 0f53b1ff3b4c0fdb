"""For admins: who may sign in, in which roles, and the log of what people answered for."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from data import accounts, audit
from data.accounts import BadAccount, Grant
from reports.desk import access
from reports.desk.access import BadRole
from reports.desk.desk import Desk
from reports.desk.pages import render
from reports.desk.passwords import WeakPassword
from reports.desk.visitor import TheDesk, TheVisitor

router = APIRouter(include_in_schema=False)
Name = Annotated[str, Form(max_length=100)]
Roles = Annotated[list[str], Form(max_length=50)]
AUDIT_ROWS = 300


@router.get("/accounts")
def people(request: Request, desk: TheDesk) -> Response:
    return _page(request, desk)


@router.post("/accounts")
def add(
    request: Request,
    desk: TheDesk,
    visitor: TheVisitor,
    name: Name,
    password: Annotated[str, Form(max_length=1000)] = "",
    role: Roles = [],  # noqa: B006 - FastAPI copies its defaults
) -> Response:
    """Make an account. Without a password it opens by the company's sign-in only."""
    try:
        kept = desk.passwords.hash(password) if password else None
        if kept is None and desk.provider is None:
            raise WeakPassword("Without the company's sign-in an account needs a password.")
        accounts.add(desk.database, name.strip().lower(), kept, _grants(desk, role), who=visitor.name)
    except (BadAccount, BadRole, WeakPassword) as error:
        return _page(request, desk, 422, type(error).__name__)
    return RedirectResponse("/accounts?told=account", 303)


@router.post("/accounts/{name}")
def change(
    request: Request,
    desk: TheDesk,
    visitor: TheVisitor,
    name: str,
    password: Annotated[str, Form(max_length=1000)] = "",
    act: Annotated[str, Form(max_length=20)] = "roles",
    role: Roles = [],  # noqa: B006
) -> Response:
    """Set roles or a password, disable, enable or unlock. Nobody locks themselves out: another admin must do that."""
    if name == visitor.name and (act == "disable" or (act == "roles" and "admin" not in role)):
        return _page(request, desk, 422, "OwnAccount")
    try:
        accounts.change(
            desk.database,
            name,
            who=visitor.name,
            password=desk.passwords.hash(password) if act == "password" else None,
            grants=_grants(desk, role) if act == "roles" else None,
            disabled={"disable": True, "enable": False}.get(act),
            unlock=act == "unlock",
        )
    except (BadAccount, BadRole, WeakPassword) as error:
        return _page(request, desk, 422, type(error).__name__)
    return RedirectResponse("/accounts?told=account", 303)


@router.get("/audit")
def log(request: Request, desk: TheDesk) -> Response:
    """The latest entries of the audit log; it holds no customer's words and no names of customers."""
    return render(request, "audit.html", entries=audit.entries(desk.database, limit=AUDIT_ROWS))


def _page(request: Request, desk: Desk, status: int = 200, error: str = "") -> Response:
    roles = [f"{role}:{team}" for role in access.TEAM_ROLES for team in access.teams_of(role, desk.teams)]
    roles += [role for role in access.ROLES if role not in access.TEAM_ROLES]
    return render(
        request, "accounts.html", status, accounts=accounts.accounts(desk.database), roles=roles, error=error,
        now=desk.clock(),
    )  # fmt: skip


def _grants(desk: Desk, roles: list[str]) -> list[Grant]:
    return [access.parse_grant(role, desk.teams) for role in roles]
