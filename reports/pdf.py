"""Print an edition's page to PDF with the Chromium that is on the machine, if there is one."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from data.errors import EarshotError

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


def print_page(page: Path, target: Path, browser: Path, timeout: float = 60.0) -> Path:
    """Print the HTML file `page` to `target` (replaced at once, never half written); return `target`.

    The page is opened from disk with the network switched off. Takes one to three seconds. The bytes hold the time of
    printing, so they differ from run to run: keep PDFs out of content hashes. Raises PrintFailed.
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
        shutil.copyfile(draft, beside)
        beside.replace(target)
    return target
