"""A language model may word our sentences; it may not say something else."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from reports.page import build_page
from reports.polishing import Polisher, PolishRefused, differences, polished
from tests.reports.made_weeks import standard_week

BEFORE = "Delivery speed is up: 25.7% of customers mention it, against 13.8% before. Start with SwiftPost."
NAMES = ("Delivery speed", "SwiftPost", "BlueVan", "Courier service")


@contextmanager
def endpoint(answer: str, status: int = 200) -> Iterator[tuple[str, list[dict[str, object]]]]:
    """A chat endpoint on loopback that says `answer` to everything and keeps what it was asked."""
    asked: list[dict[str, object]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            asked[-1]["authorization"] = self.headers.get("Authorization")
            body = json.dumps({"choices": [{"message": {"content": answer}}]}).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_another_wording_of_the_same_facts_is_taken() -> None:
    """Otherwise there would be no point."""
    after = "Up from 13.8% before, 25.7% of customers now mention delivery speed. SwiftPost is the place to start."
    assert differences(BEFORE, after, NAMES, "en") == []


@pytest.mark.parametrize(
    ("after", "wrong"),
    [
        ("Delivery speed is up: 26% of customers mention it, against 13.8% before. Start with SwiftPost.", "number"),
        ("Delivery speed is up: 25.7% mention it, against 13.8% before, 12 points. Start with SwiftPost.", "number"),
        ("Delivery speed is up: 25.7% of customers mention it, against 13.8% before. Start with BlueVan.", "name"),
        (
            "Delivery speed is down: 25.7% of customers mention it, against 13.8% before. Look at SwiftPost.",
            "direction",
        ),
        ("Delivery speed is up: 25.7% against 13.8%. SwiftPost <b>first</b>, then everybody else around.", "markup"),
        ("Up, 25.7%, 13.8%.", "length"),
    ],
)
def test_another_fact_is_refused(after: str, wrong: str) -> None:
    """A number, a name or a direction that changed is a lie in good style."""
    assert any(wrong in one for one in differences(BEFORE, after, NAMES, "en"))


def test_the_answer_of_an_endpoint_stands_on_the_page_if_it_says_the_same() -> None:
    """The paragraph goes out with its key as bearer, and comes back as the headline."""
    tables = standard_week()
    page = build_page(tables, "logistics", "Songbird", "en", strict=True)
    same = page.words.joined(page.headline).replace("so Logistics should start there", "and Logistics starts there")
    with endpoint(same) as (url, asked):
        found = polished(page, tables, Polisher(url, "small", "secret"))
    assert found.headline == (same,)
    assert asked[0]["model"] == "small"
    assert asked[0]["authorization"] == "Bearer secret"


def test_no_customers_words_are_sent() -> None:
    """Only our own sentences leave the house, even where the endpoint is not ours."""
    tables = standard_week()
    page = build_page(tables, "managers", "Songbird", "en", strict=True)
    with endpoint("no") as (url, asked), pytest.raises(PolishRefused):
        polished(page, tables, Polisher(url, "small"))
    sent = json.dumps(asked, ensure_ascii=False)
    assert not [text for text in tables.verbatims["text"] if text.strip()[:25] in sent]
    assert not [key for key in tables.cases["customer_key"] if key[:8] in sent]


@pytest.mark.parametrize("status", [401, 500])
def test_an_endpoint_in_trouble_costs_nothing_but_the_polish(status: int) -> None:
    """The weekly report must not wait for somebody else's server."""
    tables = standard_week()
    page = build_page(tables, "logistics", "Songbird", "en", strict=True)
    with endpoint("x", status) as (url, _), pytest.raises(PolishRefused, match="HTTPStatusError"):
        polished(page, tables, Polisher(url, "small"))
    with pytest.raises(PolishRefused, match="The wording stays ours"):
        polished(page, tables, Polisher("http://127.0.0.1:9/v1", "small", timeout=2))
