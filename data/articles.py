"""The articles of a knowledge base, so that the report does not ask for answers that are already written."""

import csv
from dataclasses import dataclass
from pathlib import Path

from data.errors import EarshotError

ENDINGS = (".md", ".txt")
COLUMNS = ("title", "text")


class BadArticles(EarshotError):
    """The articles cannot be read."""


@dataclass(frozen=True, slots=True)
class Article:
    """One article; customers find it by its title."""

    title: str
    text: str


def load_articles(path: Path) -> tuple[Article, ...]:
    """Return the articles of a folder or of a CSV file, in the order of their files or rows.

    Folder: every .md and .txt file in it and below; the first line that is not empty is the title. CSV: UTF-8 with
    the columns title and text. Articles without a title are left out. Raises BadArticles.
    """
    try:
        found = _of_folder(path) if path.is_dir() else _of_table(path)
    except FileNotFoundError:
        raise BadArticles(
            f"There are no articles at {path}. Make the folder or CSV, or take `articles` out of the settings."
        ) from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadArticles(f"{path} is not UTF-8 ({type(error).__name__}). Save the articles as UTF-8.") from error
    return tuple(article for article in found if article.title)


def files_of(path: Path) -> tuple[Path, ...]:
    """Return the files in which the articles stand."""
    if not path.is_dir():
        return (path,) if path.is_file() else ()
    return tuple(sorted(file for file in path.rglob("*") if file.suffix in ENDINGS and file.is_file()))


def _of_folder(path: Path) -> list[Article]:
    found = []
    for file in files_of(path):
        head, _, rest = file.read_text(encoding="utf-8-sig").strip().partition("\n")
        found.append(Article(head.lstrip("# ").strip(), rest.strip()))
    return found


def _of_table(path: Path) -> list[Article]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
        if missing:
            raise BadArticles(f"{path} has no column {' and no column '.join(missing)}. It needs title and text.")
        return [Article((row["title"] or "").strip(), (row["text"] or "").strip()) for row in rows]
