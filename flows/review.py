"""Serve the review application, and make its accounts from the command line."""

import atexit
import getpass
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path

from data import accounts
from data.errors import EarshotError
from data.sessions import Limits
from data.site import Site
from flows.flow_runs import latest_runs
from flows.house import House, open_house
from flows.logs import log_to_terminal
from flows.notices import closing_notice
from flows.queue import actor
from flows.settings import Settings
from reports.desk.access import parse_grant
from reports.desk.app import Application, create_app
from reports.desk.company_sign_in import Provider
from reports.desk.desk import Desk, Options
from reports.desk.passwords import Passwords


class NoPassword(EarshotError):
    """A password was needed and none came."""


def serve_review(config: Path | None, host: str, port: int, workers: int | None) -> None:
    """Serve the application until it is stopped; `workers` are processes, as many as the machine can use if None."""
    from reports.desk.server import WORKERS, serve

    settings = Settings.load(config)
    with open_house(settings) as house:
        if not any(not one.disabled for one in accounts.accounts(house.database)):
            print(
                "Nobody can sign in yet. Make the first account:\n"
                "  python -m flows review --add-user NAME --role admin --role manager:" + house.taxonomy.teams[0],
                file=sys.stderr,
            )
        # What the settings lack is told here, once and plainly: a process that cannot begin is begun again and again.
        desk_of(house)
    print(f"Earshot review at http://{host}:{port} (stop with Ctrl-C)", file=sys.stderr)
    serve(partial(review_app, config), host, port, workers=workers or WORKERS)


def review_app(config: Path | None) -> Application:
    """The application on the house that the settings name, which stays open as long as the process lives."""
    log_to_terminal()
    stack = ExitStack()
    atexit.register(stack.close)
    return create_app(desk_of(stack.enter_context(open_house(Settings.load(config)))))


def desk_of(house: House, passwords: Passwords | None = None) -> Desk:
    """The desk of an open house, as its settings want it."""
    review = house.settings.review
    return Desk(
        options=Options(
            company=house.settings.company,
            language=house.settings.language,
            zone=house.settings.zone,
            sla=dict(review.days),
            limits=Limits(timedelta(minutes=review.idle_minutes), timedelta(hours=review.session_hours)),
            https=review.https,
            small_group=house.settings.small_group,
            capacity=house.settings.capacity,
        ),
        database=house.database,
        lake=house.lake,
        vault=house.vault,
        taxonomy=house.taxonomy,
        site=Site(house.settings.site),
        accepted=house.settings.var / "accepted",
        passwords=passwords or Passwords(),
        provider=_provider(house.settings),
        notify=closing_notice(house) if review.notify else None,
        flow_runs=latest_runs,
    )


def add_user(config: Path | None, name: str, roles: Sequence[str]) -> str:
    """Make an account, or give an existing one a new password and these roles; say what was done."""
    settings = Settings.load(config)
    with open_house(settings) as house:
        grants = [parse_grant(role, house.taxonomy.teams) for role in roles]
        known = accounts.account(house.database, name)
        password = Passwords().hash(_password(name))
        if known is None:
            made = accounts.add(house.database, name, password, grants, who=actor())
            return f"Account {made.name} made: {', '.join(map(str, made.grants)) or 'no role'}."
        made = accounts.change(
            house.database, name, who=actor(), password=password, grants=grants or None, disabled=False, unlock=True
        )
        return f"Account {made.name} has a new password: {', '.join(map(str, made.grants)) or 'no role'}."


def _password(name: str) -> str:
    if not sys.stdin.isatty():
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = getpass.getpass(f"Password for {name} (12 characters or more): ")
        if password != getpass.getpass("Once more: "):
            raise NoPassword("The two passwords differ. Nothing was changed.")
    if not password:
        raise NoPassword(f"No password for {name} came. Type one, or send it as the first line of standard input.")
    return password


def _provider(settings: Settings) -> Provider | None:
    if settings.review.oidc is None:
        return None
    from reports.desk.company_sign_in import OpenIdProvider

    oidc = settings.review.oidc
    if settings.oidc_secret is None:
        raise NoPassword("review.oidc needs the client's secret in the environment variable EARSHOT_OIDC_SECRET.")
    return OpenIdProvider(
        issuer=oidc.issuer,
        client_id=oidc.client_id,
        secret=settings.oidc_secret,
        claim=oidc.claim,
        back=f"{oidc.address.rstrip('/')}/sign-in/company/back",
    )
