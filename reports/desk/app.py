"""Put the review application together: routes behind the guard, errors as pages, headers on everything."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import quote

from anyio.to_thread import current_default_thread_limiter
from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from data.case_changes import UnknownCase
from data.case_queue import BadPlace
from data.errors import EarshotError
from data.site import NotPublished
from reports.desk import (
    account_pages,
    api,
    case_page,
    correction_pages,
    quality_page,
    queue_page,
    rows_page,
    runs_page,
    service_page,
    shelf_pages,
    sign_in,
    static_files,
    theme_pages,
    topic_pages,
)
from reports.desk.desk import Desk
from reports.desk.guard import SAFE, guard
from reports.desk.intake import Intake
from reports.desk.pages import render
from reports.desk.passwords import Busy
from reports.desk.shield import Shield
from reports.desk.visitor import BadToken, Forbidden, NotFound, NotSignedIn

#: Every router; a new page is a module with one and a line here and in access.ROUTES.
ROUTERS = (
    static_files.router,
    sign_in.router,
    queue_page.router,
    case_page.router,
    rows_page.router,
    shelf_pages.router,
    topic_pages.router,
    correction_pages.router,
    theme_pages.router,
    quality_page.router,
    service_page.router,
    runs_page.router,
    account_pages.router,
    api.router,
)
#: Threads that answer requests; whoever finds none free waits in order. Fewer than the database has connections
#: (data/database.py), so that nobody inside waits for one in vain, and enough to go on while some wait for the disk.
THREADS = 10
#: The status and the phrase (reports/desk/locales, `refusal`) of each error that a person can run into.
REFUSALS: dict[type[EarshotError], tuple[int, str]] = {
    NotSignedIn: (401, "not_signed_in"),
    BadToken: (403, "token"),
    Forbidden: (403, "forbidden"),
    NotFound: (404, "not_found"),
    UnknownCase: (404, "not_found"),
    BadPlace: (400, "bad_request"),
    NotPublished: (404, "not_published"),
    Busy: (503, "busy"),
}


#: What the other rooms call it, which know nothing of web frameworks.
Application = FastAPI


def create_app(desk: Desk) -> Application:
    """The application for one company."""
    app = FastAPI(
        title="Earshot review",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=_lifespan,
        dependencies=[Depends(guard)],
    )
    for kind, handler in ((EarshotError, _refused), (RequestValidationError, _unreadable), (HTTPException, _unknown)):
        app.add_exception_handler(kind, handler)
    app.state.desk = desk
    for router in ROUTERS:
        app.include_router(router)
    app.add_middleware(Intake)
    app.add_middleware(Shield, https=desk.options.https)
    return app


@asynccontextmanager
async def _lifespan(_app: FastAPI) -> AsyncIterator[None]:
    current_default_thread_limiter().total_tokens = THREADS
    yield


def every_route() -> list[str]:
    """Each "METHOD /path" that some router serves: what access.ROUTES must have a line for."""
    found = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    return sorted(f"{method} {route.path}" for route in found for method in (route.methods or ()))


def _refused(request: Request, error: Exception) -> Response:
    kind = next((kind for kind in type(error).__mro__ if kind in REFUSALS), None)
    if kind is None:
        raise error
    status, phrase = REFUSALS[kind]
    if _wants_json(request):
        return JSONResponse({"error": kind.__name__, "detail": str(error)}, status)
    if kind is NotSignedIn:
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        over = "&over=1" if any("earshot" in name and "language" not in name for name in request.cookies) else ""
        target = f"/sign-in?next={quote(here if request.method in SAFE else '/', safe='')}{over}"
        if request.headers.get("HX-Request"):
            return Response(status_code=401, headers={"HX-Redirect": target})
        return RedirectResponse(target, 303)
    return render(request, "refusal.html", status, phrase=phrase)


def _unreadable(request: Request, error: Exception) -> Response:
    # What was sent is not repeated: it may be a customer's words.
    if _wants_json(request):
        assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this kind only
        places = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['type']}" for one in error.errors())
        return JSONResponse({"error": "BadRequest", "detail": places}, 422)
    return render(request, "refusal.html", 422, phrase="bad_request")


def _unknown(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this kind only
    if _wants_json(request):
        return JSONResponse(
            {"error": "NotFound" if error.status_code == 404 else "BadRequest", "detail": str(error.status_code)},
            error.status_code,
            headers=dict(error.headers or {}),
        )
    phrase = {404: "not_found", 413: "too_large"}.get(error.status_code, "bad_request")
    answer = render(request, "refusal.html", error.status_code, phrase=phrase)
    answer.headers.update(dict(error.headers or {}))
    return answer


def _wants_json(request: Request) -> bool:
    return request.url.path.startswith("/api/")
