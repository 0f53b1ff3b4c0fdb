"""Every role x every route: what the table does not grant is refused, and roles never add up to more."""

from collections.abc import Callable, Iterable
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import cases
from data.accounts import Grant
from reports.desk import access
from reports.desk.access import ROLES, ROUTES, TEAM_ROLES, BadRole, may, parse_grant, somewhere, teams
from reports.desk.app import every_route
from reports.desk.desk import Desk
from tests.reports.desk.conftest import Browser
from tests.reports.desk.made_cases import PEOPLE

TEAMS = ("logistics", "product", "service")
PERMISSIONS = sorted({permission for granted in ROLES.values() for permission in granted})
GRANTS = st.builds(
    lambda role, team: Grant(role, team if role in TEAM_ROLES else ""),
    st.sampled_from(list(ROLES)),
    st.sampled_from(TEAMS),
)


def test_every_route_has_a_rule_and_every_rule_a_route() -> None:
    """A page that somebody adds without saying who may see it would be open, or dead."""
    assert set(every_route()) == set(ROUTES)


def test_every_rule_asks_for_a_permission_that_some_role_gives() -> None:
    """A misspelt permission would lock everybody out."""
    for route, rule in ROUTES.items():
        assert (rule.permission in PERMISSIONS) == (rule.scope not in ("anybody", "signed_in")), route


def test_without_a_rule_a_route_is_refused(
    as_: Callable[[str], Browser], case_of: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Deny by default: even a manager does not get a page that the table forgot."""
    mia, place = as_("mia"), f"/cases/{case_of('logistics')}"
    assert mia.get(place).status_code == 200
    monkeypatch.setattr("reports.desk.guard.ROUTES", {k: v for k, v in ROUTES.items() if k != "GET /cases/{case_id}"})
    assert mia.get(place).status_code == 403


@pytest.mark.parametrize("name", [*PEOPLE, None])
def test_every_person_meets_the_table_on_every_route(
    name: str | None, browser: Callable[[], Browser], as_: Callable[[str], Browser], desk: Desk
) -> None:
    """Asked of the running application, not of its parts: the status says who got past the guard."""
    client = as_(name) if name else browser()
    grants = PEOPLE.get(name or "", ())
    by_team = {team: next(c.id for c in cases.queue(desk.database) if c.team == team) for team in TEAMS}
    for (route, rule), team in product(ROUTES.items(), TEAMS):
        if rule.scope != "case" and team != TEAMS[0]:
            continue
        method, path = route.split(" ", 1)
        if path in ("/sign-out", "/account/password", "/sign-in"):
            continue  # these change who is asking; test_sign_in looks at them
        address = path.format_map(
            Names(
                case_id=by_team[team],
                view="0",
                team=team,
                week="2026-W46",
                topic="delivery_speed",
                theme="t1",
                number=0,
            )
        )
        answer = client.request(method, address, follow_redirects=False)
        if method == "POST":
            # Without the token nothing passes, whoever asks.
            assert answer.status_code == (403 if name or rule.scope == "anybody" else answer.status_code), route
            answer = client.post(address, data={"csrf": client.csrf}, follow_redirects=False)
        away = str(answer.headers.get("location", "")).startswith("/sign-in?")
        refused = answer.status_code == 401 or answer.status_code == 403 or away
        expected = _granted(rule, name, grants, team)
        if rule.scope != "anybody":
            assert refused != expected, f"{name} {route} of {team}: {answer.status_code}"
        assert answer.status_code != 500, route


class Names(dict[str, str]):
    """What stands for the names in a path; a new one is "none"."""

    def __missing__(self, name: str) -> str:
        return "none"


def _granted(rule: access.Rule, name: str | None, grants: Iterable[Grant], team: str) -> bool:
    if rule.scope == "anybody":
        return True
    if name is None:
        return False
    if rule.scope == "signed_in":
        return True
    return somewhere(grants, rule.permission) if rule.scope == "some" else may(grants, rule.permission, team)


@given(st.lists(GRANTS, max_size=4), st.lists(GRANTS, max_size=4), st.sampled_from(PERMISSIONS), st.sampled_from(TEAMS))
def test_several_roles_never_add_up_to_more(one: list[Grant], other: list[Grant], permission: str, team: str) -> None:
    """A reader of logistics who manages products is no manager of logistics."""
    both = may([*one, *other], permission, team)
    assert both == (may(one, permission, team) or may(other, permission, team))
    assert set(teams([*one, *other], permission)) == set(teams(one, permission)) | set(teams(other, permission))


@given(st.lists(GRANTS, max_size=5), st.sampled_from(TEAMS))
def test_only_a_manager_of_the_team_unveils_its_customers(grants: list[Grant], team: str) -> None:
    """Not an admin, not an analyst, not a manager of another team."""
    assert may(grants, "identity.unveil", team) == (Grant("manager", team) in grants)


@given(st.lists(GRANTS, max_size=5), st.sampled_from(PERMISSIONS))
def test_a_case_without_a_team_is_nobodys(grants: list[Grant], permission: str) -> None:
    """Until it has one, no team role opens it."""
    of_team = [grant for grant in grants if grant.role in TEAM_ROLES]
    assert not may(of_team, permission, None)
    assert not may(of_team, permission, "")


@pytest.mark.parametrize("wrong", ["boss", "manager", "manager:", "manager:sales", "admin:logistics", ""])
def test_a_role_that_there_is_not_is_named(wrong: str) -> None:
    """A typo on the command line must not make an account that can do nothing, or everything."""
    with pytest.raises(BadRole):
        parse_grant(wrong, TEAMS)
    assert parse_grant("manager:logistics", TEAMS) == Grant("manager", "logistics")
    assert parse_grant("admin", TEAMS) == Grant("admin")
