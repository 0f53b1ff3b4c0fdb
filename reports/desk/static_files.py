"""Hand out the few files that pages need besides themselves: three style sheets and two scripts, all our own copies."""

from pathlib import Path

from fastapi import APIRouter, Response

from reports import web
from reports.desk.visitor import NotFound

router = APIRouter(include_in_schema=False)
STATIC = Path(__file__).with_name("static")
#: By the name that pages ask for: where it lies and what it is. htmx is that of the npm package htmx.org, 0BSD.
FILES = {
    "htmx.js": (STATIC / "htmx-2.0.11.min.js", "text/javascript; charset=utf-8"),
    "desk.js": (STATIC / "desk.js", "text/javascript; charset=utf-8"),
    "desk.css": (STATIC / "desk.css", "text/css; charset=utf-8"),
    "reading.css": (STATIC / "reading.css", "text/css; charset=utf-8"),
    "style.css": (web.TEMPLATES / "style.css", "text/css; charset=utf-8"),
    "icon.svg": (STATIC / "icon.svg", "image/svg+xml"),
}


@router.get("/static/{name}")
def static(name: str) -> Response:
    if name not in FILES:
        raise NotFound("There is no such file.")
    path, kind = FILES[name]
    content = path.read_text(encoding="utf-8").replace("%FOOT%", "")
    return Response(content, media_type=kind, headers={"Cache-Control": "max-age=3600"})
