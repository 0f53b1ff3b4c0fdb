"""Who asks for a page, and what they may see of it."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from data.accounts import Account
from data.cases import Case
from data.errors import EarshotError
from reports.desk import access
from reports.desk.desk import Desk


class NotSignedIn(EarshotError):
    """The page needs somebody who is signed in."""


class Forbidden(EarshotError):
    """The account has no role that allows this."""


class NotFound(EarshotError):
    """There is no such page, or no such case."""


class BadToken(EarshotError):
    """The form does not come from a page of this session."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """The person behind a request; `account` is None before sign-in. `case` is the one in the path, already allowed."""

    account: Account | None
    csrf: str
    language: str
    case: Case | None = None

    @property
    def name(self) -> str:
        return self.someone.name

    @property
    def someone(self) -> Account:
        """The account; raises NotSignedIn when there is none."""
        if self.account is None:
            raise NotSignedIn("Sign in first.")
        return self.account

    @property
    def the_case(self) -> Case:
        """The case in the path; raises NotFound when the path has none."""
        if self.case is None:
            raise NotFound("There is no case in this address.")
        return self.case

    def may(self, permission: str, team: str | None) -> bool:
        return self.account is not None and access.may(self.account.grants, permission, team)

    def somewhere(self, permission: str) -> bool:
        return self.account is not None and access.somewhere(self.account.grants, permission)

    def teams(self, permission: str) -> tuple[str, ...]:
        return access.teams(self.account.grants, permission) if self.account else ()


# Both are coroutines so that no thread is waited for: they only look.
async def _visitor(request: Request) -> Visitor:
    # The guard runs before every handler and leaves the visitor here; without it nobody gets in.
    visitor = getattr(request.state, "visitor", None)
    if not isinstance(visitor, Visitor):
        raise Forbidden("This page has no guard.")
    return visitor


async def _desk(request: Request) -> Desk:
    desk = request.app.state.desk
    assert isinstance(desk, Desk)  # noqa: S101 - set by create_app, the only maker of the application
    return desk


#: What handlers ask for in their arguments.
TheVisitor = Annotated[Visitor, Depends(_visitor)]
TheDesk = Annotated[Desk, Depends(_desk)]
