"""The archive: every published week with the editions that one may read, and the files of each."""

from collections.abc import Mapping
from pathlib import Path

from fastapi import APIRouter, Request, Response

from reports.desk import access
from reports.desk.cut_rows import topics_of_team
from reports.desk.desk import Desk
from reports.desk.pages import render
from reports.desk.visitor import NotFound, TheDesk, TheVisitor

router = APIRouter(include_in_schema=False)

#: By ending: the name shown, and how it is sent. Only a page opens in the browser; the others are taken along.
FORMATS: Mapping[str, tuple[str, str]] = {
    ".html": ("HTML", "text/html; charset=utf-8"),
    ".pdf": ("PDF", "application/pdf"),
    ".xlsx": ("Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ".md": ("Markdown", "text/markdown; charset=utf-8"),
}
#: An edition is one file with its own style and no script; nothing else may run or load in it.
EDITION_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)


@router.get("/reports")
def shelf(request: Request, desk: TheDesk, visitor: TheVisitor) -> Response:
    """All weeks and months, newest first, each with the visitor's editions and their files."""
    teams = visitor.teams("reports.read")
    weeks = [(week, [(team, formats_of(desk, week, team)) for team in teams]) for week in desk.site.weeks()]
    months = [
        (month, formats_of(desk, month, access.MANAGEMENT))
        for month in (desk.site.months() if access.MANAGEMENT in teams else ())
    ]
    shown = [(week, [(team, found) for team, found in editions if found]) for week, editions in weeks]
    return render(
        request, "shelf.html", weeks=[(week, editions) for week, editions in shown if editions],
        months=[(month, found) for month, found in months if found], teams=teams,
    )  # fmt: skip


@router.get("/reports/{week}/{team}/{name}")
def edition(desk: TheDesk, week: str, team: str, name: str) -> Response:
    """A file of an edition. `week` may be a month of the management's edition."""
    topics_of_team(desk, team)
    path = Path(name)
    found = desk.site.file(week, name) if path.stem == team and path.suffix in FORMATS else None
    if found is None:
        raise NotFound("There is no such edition.")
    headers = {"Content-Security-Policy": EDITION_POLICY}
    if path.suffix != ".html":
        headers["Content-Disposition"] = f'attachment; filename="earshot-{week}-{name}"'
    return Response(found.read_bytes(), media_type=FORMATS[path.suffix][1], headers=headers)


def formats_of(desk: Desk, period: str, team: str) -> list[tuple[str, str]]:
    """(name, address) of each format in which a team's edition lies there."""
    return [
        (label, f"/reports/{period}/{team}/{team}{ending}")
        for ending, (label, _) in FORMATS.items()
        if desk.site.file(period, f"{team}{ending}") is not None
    ]
