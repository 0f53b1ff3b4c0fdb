"""Print an edition's page to PDF with the Chromium that is on the machine, if there is one."""

import os
import re
import shutil
import subprocess
import tempfile
from datetime import date
from pathlib import Path

from data.errors import EarshotError

#: What Chromium writes into a PDF about the time of printing; all else depends on the page alone.
_DATES = re.compile(rb"/(CreationDate|ModDate) \(D:(\d{14})")
#: Programs that print headless with the same options, best known first.
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge")


class PrintFailed(EarshotError):
    """The browser was there and did not give a PDF."""


def find_browser() -> Path | None:
    """The first of BROWSERS on the path, or None."""
    for name in BROWSERS:
        found = shutil.which(name)
        if found:
            return Path(found)
    return None


def print_page(page: Path, target: Path, browser: Path, timeout: float = 60.0, day: date | None = None) -> Path:
    """Print the HTML file `page` to `target` (replaced at once, never half written); return `target`.

    The page is opened from disk with the network switched off. Takes one to three seconds. With `day` that day
    stands in the file as the time of printing, so that the same page and browser give the same bytes. Raises
    PrintFailed.
    """
    with tempfile.TemporaryDirectory(prefix="earshot-print-") as folder:
        draft = Path(folder) / "page.pdf"
        command = [
            str(browser),
            "--headless",
            "--disable-gpu",
            "--no-first-run",
            "--disable-extensions",
            "--disable-background-networking",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            f"--user-data-dir={folder}/profile",
            "--no-pdf-header-footer",
            f"--print-to-pdf={draft}",
            page.resolve().as_uri(),
        ]
        if os.name == "posix" and os.geteuid() == 0:
            command.insert(1, "--no-sandbox")  # Chromium refuses to start as root with its sandbox on.
        try:
            subprocess.run(  # noqa: S603 a browser from the path, our own file and options
                command, check=True, timeout=timeout, stdin=subprocess.DEVNULL, capture_output=True
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise PrintFailed(
                f"{browser} could not print {page.name}: {type(error).__name__}. Set pdf: off."
            ) from error
        if not draft.is_file() or draft.stat().st_size == 0:
            raise PrintFailed(f"{browser} ended without a PDF of {page.name}. Set pdf: off to do without.")
        beside = target.with_name(f".{target.name}.partial")
        beside.write_bytes(_dated(draft.read_bytes(), day) if day else draft.read_bytes())
        beside.replace(target)
    return target


def _dated(content: bytes, day: date) -> bytes:
    """The PDF with its dates set to `day`; they keep their length, so that no offset in the file moves."""
    return _DATES.sub(lambda match: b"/%b (D:%b000000" % (match[1], day.strftime("%Y%m%d").encode()), content)
