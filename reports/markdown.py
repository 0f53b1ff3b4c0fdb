"""An edition short enough for a chat message, as Markdown."""

from reports.page import Page
from reports.quoting import for_markdown, shorten
from reports.wording import Words

#: How much of each list a message shows.
FINDINGS, ROWS, QUOTED, CASES = 4, 5, 160, 5
_ARROWS = {"up": "▲", "down": "▼"}


def title(page: Page) -> str:
    """The edition's name, team and week."""
    year, _, number = page.week.partition("-W")
    return page.words.say("markdown.title", team=page.team_name, number=str(int(number)), year=year)


def render_markdown(page: Page, html_name: str) -> str:
    """The edition as Markdown of about two thousand characters; `html_name` is the file with the whole report.

    What customers and sources wrote is escaped, so that it shows as it is and does nothing.
    """
    words = page.words
    blocks = [f"# {title(page)}", f"{for_markdown(page.company)} · {page.days}"]
    badges = [words.say("badge.partial")] if page.partial else []
    badges += [words.say("badge.restated", weeks=page.restated)] if page.restated else []
    if badges:
        blocks.append(" · ".join(f"*{badge}*" for badge in badges))
    told = {card.sentence for card in page.cards[:FINDINGS]}  # stands below, in the list of changes
    more = words.say("lede.more", count=len(page.cards) + len(page.further) - 2)
    blocks.append(_escaped(words, tuple(one for one in page.headline if one not in told and one != more)))
    if page.counted and not page.hidden:
        blocks.append(_section(words, "actions") + _bullets(page.actions))
    if page.cases:
        shown = [
            words.say("markdown.at_risk", label=f"{case.level_name} {case.percent}", value=case.value,
                      why=words.listed(list(case.labels))) for case in page.cases[:CASES]
        ]  # fmt: skip
        blocks.append(_section(words, "risk") + _bullets(shown))
    if page.cards:
        blocks.append(_section(words, "changes") + _bullets([card.sentence for card in page.cards[:FINDINGS]]))
    elif page.history and page.counted and not page.hidden:
        blocks.append(_section(words, "changes") + words.say("finding.none"))
    if page.topics:
        blocks.append(_section(words, "topics") + _table(page))
    quoted = [voice for voice in page.voices if voice.quotations][:2]
    if quoted:
        lines = []
        for voice in quoted:
            one = voice.quotations[0]
            said = for_markdown(shorten(f"{one.before}{one.evidence}{one.after}", QUOTED))
            lines.append(f"> {said}\n> — {for_markdown(voice.name)} · {one.day}")
        blocks.append(_section(words, "words") + "\n\n".join(lines))
    blocks.append(words.say("markdown.more", file=f"[{html_name}]({html_name})"))
    return "\n\n".join(block for block in blocks if block) + "\n"


def summary(pages: list[tuple[Page, str]]) -> str:
    """All editions of a week in one message: the headline of each, with (page, HTML file name) given."""
    blocks = []
    for page, html_name in pages:
        blocks.append(f"## [{for_markdown(page.team_name)}]({html_name})\n\n{_escaped(page.words, page.headline)}")
    return "\n\n".join(blocks) + "\n"


def _section(words: Words, name: str) -> str:
    return f"**{words.say(f'section.{name}')}**\n\n"


def _escaped(words: Words, sentences: tuple[str, ...]) -> str:
    return for_markdown(words.joined(sentences))


def _bullets(lines: list[str] | tuple[str, ...]) -> str:
    return "\n".join(f"- {for_markdown(line)}" for line in lines if line)


def _table(page: Page) -> str:
    words = page.words
    head = [words.say("table.topic"), words.say("table.share"), words.say("table.interval"), words.say("table.change")]
    lines = ["| " + " | ".join(head) + " |", "| --- | ---: | --- | --- |"]
    for row in page.topics[:ROWS]:
        mark = f"{_ARROWS.get(row.verdict, '')} {words.name('mark', row.verdict)}".strip()
        lines.append(f"| {for_markdown(row.name)} | {row.share} | {row.interval} | {mark} |")
    return "\n".join(lines)
