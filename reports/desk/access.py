"""Who may do what: every role and every route in plain sight. What is not written here is refused."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from data.accounts import Grant
from data.errors import EarshotError

#: Roles that a person holds for one team each; the others have no team.
TEAM_ROLES = ("manager", "reader")

#: The team whose edition tells of all teams. Somebody may read for it, but nobody works on its cases: it has none.
MANAGEMENT = "managers"

#: What a role may do. A role of a team may do it with that team's data only; an analyst sees the redacted words of all
#: teams but no customer; an admin sees neither.
ROLES: Mapping[str, frozenset[str]] = {
    "manager": frozenset(
        {
            "cases.read",
            "cases.write",
            "identity.unveil",
            "reports.read",
            "topics.read",
            "rows.read",
            "labels.correct",
            "quality.read",
            "service.read",
            "service.score",
        }
    ),
    "reader": frozenset({"reports.read", "topics.read", "rows.read", "labels.correct"}),
    "analyst": frozenset(
        {"topics.read", "rows.read", "themes.decide", "quality.read", "labels.correct", "labels.decide", "runs.read"}
    ),
    "admin": frozenset({"accounts.write", "audit.read", "runs.read"}),
}

#: How a rule finds the data that it is about: anybody at all; anybody who is signed in; a permission for some team (the
#: page then shows only those teams' data) or without one; for the team named in the path; for the team of its case.
Scope = Literal["anybody", "signed_in", "some", "team", "case"]


@dataclass(frozen=True, slots=True)
class Rule:
    """What a route asks for."""

    scope: Scope
    permission: str = ""


ANYBODY, SIGNED_IN = Rule("anybody"), Rule("signed_in")

#: To add a page: its method and path here (a route without a line is refused), its handler in a module of its own.
ROUTES: Mapping[str, Rule] = {
    "GET /static/{name}": ANYBODY,
    "GET /health": ANYBODY,
    "GET /sign-in": ANYBODY,
    "POST /sign-in": ANYBODY,
    "GET /sign-in/company": ANYBODY,
    "GET /sign-in/company/back": ANYBODY,
    "POST /language": ANYBODY,
    "POST /sign-out": SIGNED_IN,
    "GET /": SIGNED_IN,
    "GET /account": SIGNED_IN,
    "POST /account/password": SIGNED_IN,
    "GET /cases": Rule("some", "cases.read"),
    "POST /cases/assign": Rule("some", "cases.write"),
    "POST /views": Rule("some", "cases.read"),
    "POST /views/{view}/forget": Rule("some", "cases.read"),
    "GET /cases/{case_id}": Rule("case", "cases.read"),
    "POST /cases/{case_id}": Rule("case", "cases.write"),
    "POST /cases/{case_id}/identity": Rule("case", "identity.unveil"),
    "GET /accounts": Rule("some", "accounts.write"),
    "POST /accounts": Rule("some", "accounts.write"),
    "POST /accounts/{name}": Rule("some", "accounts.write"),
    "GET /audit": Rule("some", "audit.read"),
    "GET /reports": Rule("some", "reports.read"),
    "GET /reports/{week}/{team}": Rule("team", "rows.read"),
    "GET /reports/{week}/{team}/rows": Rule("team", "rows.read"),
    "GET /reports/{week}/{team}/rows/{name}": Rule("team", "rows.read"),
    "GET /reports/{week}/{team}/{name}": Rule("team", "reports.read"),
    "GET /topics": Rule("some", "topics.read"),
    "GET /topics/{topic}": Rule("some", "topics.read"),
    "POST /corrections": Rule("some", "labels.correct"),
    "GET /corrections": Rule("some", "labels.correct"),
    "POST /corrections/{number}/withdrawal": Rule("some", "labels.correct"),
    "POST /corrections/{number}/decision": Rule("some", "labels.decide"),
    "GET /themes": Rule("some", "themes.decide"),
    "GET /themes/{theme}": Rule("some", "themes.decide"),
    "POST /themes/{theme}": Rule("some", "themes.decide"),
    "GET /quality": Rule("some", "quality.read"),
    "GET /service": Rule("some", "service.read"),
    "POST /service": Rule("some", "service.score"),
    "GET /runs": Rule("some", "runs.read"),
    "GET /api/openapi.json": SIGNED_IN,
    "GET /api/cases": Rule("some", "cases.read"),
    "GET /api/cases/{case_id}": Rule("case", "cases.read"),
    "POST /api/cases/{case_id}": Rule("case", "cases.write"),
}


class BadRole(EarshotError):
    """A role was named that there is not."""


def may(grants: Iterable[Grant], permission: str, team: str | None) -> bool:
    """Whether one of the grants alone allows it: for that team, or whatever the team where its role has none.

    Grants never combine: each is asked by itself. A case without a team is nobody's until it has one.
    """
    for grant in grants:
        if permission not in ROLES.get(grant.role, ()):
            continue
        if grant.role not in TEAM_ROLES or (team and grant.team == team):
            return True
    return False


def teams(grants: Iterable[Grant], permission: str) -> tuple[str, ...]:
    """The teams for which some grant allows it, in order."""
    return tuple(sorted({g.team for g in grants if g.team and may([g], permission, g.team)}))


def somewhere(grants: Iterable[Grant], permission: str) -> bool:
    """Whether some grant allows it for any data at all."""
    return any(may([grant], permission, grant.team) for grant in grants)


def teams_of(role: str, known_teams: Iterable[str]) -> tuple[str, ...]:
    """The teams that a role may be held for: none for a role without one; a reader's may be the management too."""
    if role not in TEAM_ROLES:
        return ()
    return (*known_teams, MANAGEMENT) if role == "reader" else tuple(known_teams)


def parse_grant(text: str, known_teams: Iterable[str]) -> Grant:
    """A grant as people write it: "manager:logistics", "analyst". Raises BadRole."""
    role, _, team = text.strip().partition(":")
    known = sorted(teams_of(role, known_teams))
    if role not in ROLES:
        raise BadRole(f"No role {role!r}. Roles: {', '.join(ROLES)}.")
    if role in TEAM_ROLES and team not in known:
        raise BadRole(f"A {role} needs a team that there is, such as {role}:{known[0]}. Teams: {', '.join(known)}.")
    if role not in TEAM_ROLES and team:
        raise BadRole(f"The role {role} has no team; write just {role}.")
    return Grant(role, team)
