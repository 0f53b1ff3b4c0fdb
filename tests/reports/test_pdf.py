"""Printing is optional: it must help where a browser is and never stand in the way."""

from pathlib import Path

import pytest

from reports.pdf import PrintFailed, find_browser, print_page


def _browser(folder: Path, script: str) -> Path:
    path = folder / "chromium"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_a_browser_on_the_path_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Any of the usual names will do."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_browser() is None
    _browser(tmp_path, "exit 0")
    assert find_browser() == tmp_path / "chromium"


def test_the_page_is_printed_in_place(tmp_path: Path) -> None:
    """The fake writes where Chromium would."""
    browser = _browser(
        tmp_path, 'for a in "$@"; do case "$a" in --print-to-pdf=*) echo %PDF > "${a#--print-to-pdf=}";; esac; done'
    )
    page = tmp_path / "x.html"
    page.write_text("<p>", encoding="utf-8")
    assert print_page(page, tmp_path / "x.pdf", browser).read_text(encoding="utf-8") == "%PDF\n"


@pytest.mark.parametrize(("script", "found"), [("exit 3", "CalledProcessError"), ("exit 0", "ended without a PDF")])
def test_a_browser_that_fails_is_named(tmp_path: Path, script: str, found: str) -> None:
    """The old PDF stays, and the message says how to do without."""
    (tmp_path / "x.pdf").write_bytes(b"old")
    with pytest.raises(PrintFailed, match=found):
        print_page(tmp_path / "x.html", tmp_path / "x.pdf", _browser(tmp_path, script))
    assert (tmp_path / "x.pdf").read_bytes() == b"old"


def test_a_browser_that_hangs_is_stopped(tmp_path: Path) -> None:
    """The weekly run must end."""
    with pytest.raises(PrintFailed, match="TimeoutExpired"):
        print_page(tmp_path / "x.html", tmp_path / "x.pdf", _browser(tmp_path, "exec sleep 30"), timeout=0.3)
