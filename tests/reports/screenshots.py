"""Take a picture of every edition in every language at phone and desk width, to look at.

python -m tests.reports.screenshots FOLDER [--dark] [--team logistics] [--language en]
"""

import argparse
from pathlib import Path

from playwright.sync_api import sync_playwright

from reports.page import build_page
from reports.pdf import find_browser
from reports.web import render_page
from tests.reports.made_details import detailed_week

TEAMS, LANGUAGES, WIDTHS = ("product", "logistics", "service", "managers"), ("en", "zh-Hans", "zh-Hant"), (390, 1280)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--team", choices=TEAMS)
    parser.add_argument("--language", choices=LANGUAGES)
    asked = parser.parse_args()
    tables, scheme = detailed_week(), "dark" if asked.dark else "light"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(find_browser()), args=["--no-sandbox"])
        for team in [asked.team] if asked.team else TEAMS:
            for language in [asked.language] if asked.language else LANGUAGES:
                page = build_page(tables, team, "Songbird", language, strict=True)
                html = asked.folder / f"{team}-{language}.html"
                html.write_text(render_page(page, 5, [("Excel", f"{team}.xlsx")]), encoding="utf-8")
                for width in WIDTHS:
                    view = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
                    view.goto(html.resolve().as_uri())
                    overflow = view.evaluate("document.documentElement.scrollWidth - innerWidth")
                    view.screenshot(path=str(html.with_name(f"{html.stem}-{width}.png")), full_page=True)
                    print(html.stem, width, "overflow" if overflow > 0 else "fits")
                    view.close()
        browser.close()


if __name__ == "__main__":
    main()
