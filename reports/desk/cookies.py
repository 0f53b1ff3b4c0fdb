"""The cookies of the desk: the session, the one of the sign-in form, and the language."""

from fastapi import Response

from reports.desk.desk import Options

TOKEN, DOOR, LANGUAGE = "earshot", "earshot-door", "earshot-language"


def cookie_name(name: str, options: Options) -> str:
    """With https the prefix makes browsers refuse the cookie from any other host, path or unencrypted page."""
    return f"__Host-{name}" if options.https else name


def give(response: Response, name: str, value: str, options: Options) -> None:
    """Set a secret cookie: not for scripts, not sent from other sites, gone when the browser closes."""
    response.set_cookie(
        cookie_name(name, options), value, path="/", secure=options.https, httponly=True, samesite="lax"
    )


def take(response: Response, name: str, options: Options) -> None:
    """Remove a secret cookie."""
    response.delete_cookie(cookie_name(name, options), path="/", secure=options.https, httponly=True, samesite="lax")


def remember_language(response: Response, language: str, options: Options) -> None:
    """Remember the language of somebody who is not signed in."""
    response.set_cookie(
        LANGUAGE, language, max_age=31_536_000, path="/", secure=options.https, httponly=True, samesite="lax"
    )
