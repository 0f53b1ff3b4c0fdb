"""An edition short enough for a chat message, as Markdown."""

from reports.page import Page
from reports.period import period_of
from reports.quoting import for_markdown, shorten
from reports.wording import Words

#: How much of each list a message shows.
FINDINGS, ROWS, QUOTED, CASES, FIXES, THEMES = 4, 5, 160, 5, 3, 3
#: Bytes of a message: WeCom takes no more, Slack cuts at 4,000 characters.
LIMIT = 4096
_ARROWS = {"up": "▲", "down": "▼"}


def title(page: Page) -> str:
    """The edition's name, team and week."""
    period = period_of(page.week)
    return page.words.say("markdown.title", team=page.team_name, number=str(period.number), year=str(period.year))


def render_markdown(page: Page, html_name: str) -> str:
    """The edition as Markdown of at most LIMIT bytes; `html_name` is the file with the whole report.

    What does not fit is left out from the end, section by section; the link to the report always stays. What
    customers and sources wrote is escaped, so that it shows as it is and does nothing.
    """
    words = page.words
    blocks = [f"# {title(page)}", f"{for_markdown(page.company)} · {page.days}"]
    badges = [words.say("badge.partial")] if page.partial else []
    badges += [words.say("badge.restated", weeks=page.restated)] if page.restated else []
    if badges:
        blocks.append(" · ".join(f"*{badge}*" for badge in badges))
    listed = {card.sentence for card in page.cards[:FINDINGS]}  # stands below, in the list of changes
    more = words.say("lede.more", count=len(page.cards) + len(page.further) - 2)
    blocks.append(_escaped(words, tuple(one for one in page.headline if one not in listed and one != more)))
    if page.counted and not page.hidden:
        blocks.append(_section(words, "actions") + _bullets(page.actions))
    if page.cases:
        shown = [
            words.say("markdown.at_risk", label=f"{case.level_name} {case.percent}", value=case.value,
                      why=words.listed(list(case.labels))) for case in page.cases[:CASES]
        ]  # fmt: skip
        blocks.append(_section(words, "risk") + _bullets(shown))
        if page.left_out:
            blocks.append(words.say("risk.left_out", count=page.left_out))
    if page.cards:
        blocks.append(_section(words, "changes") + _bullets([card.sentence for card in page.cards[:FINDINGS]]))
    elif page.history and page.counted and not page.hidden:
        blocks.append(_section(words, "changes") + words.say("finding.none"))
    judged = [fix.sentence for fix in page.fixes if fix.verdict in ("better", "worse", "unclear") and fix.sentence]
    if judged:
        blocks.append(_section(words, "fixes") + _bullets(judged[:FIXES]))
    if page.topics:
        blocks.append(_section(words, "topics") + _table(page))
    if page.themes:
        told = [f"{theme.name}{words.say('colon')}{theme.said}" for theme in page.themes[:THEMES]]
        blocks.append(_section(words, "themes") + _bullets(told))
    quoted = [voice for voice in page.voices if voice.quotations][:2]
    if quoted:
        lines = []
        for voice in quoted:
            one = voice.quotations[0]
            said = for_markdown(shorten(f"{one.before}{one.evidence}{one.after}", QUOTED))
            lines.append(f"> {said}\n> — {for_markdown(voice.name)} · {one.day}")
        blocks.append(_section(words, "words") + "\n\n".join(lines))
    more = words.say("markdown.more", file=f"[{html_name}]({html_name})")
    blocks = [block for block in blocks if block]
    while len(_joined([*blocks, more]).encode()) > LIMIT and len(blocks) > 1:
        blocks.pop()
    return _joined([*blocks, more])


def _joined(blocks: list[str]) -> str:
    return "\n\n".join(blocks) + "\n"


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
        mark += (
            words.say("brackets", inner=row.note) if row.note and row.verdict in ("none", "perhaps", "too_few") else ""
        )
        lines.append(f"| {for_markdown(row.name)} | {row.share} | {row.interval} | {mark} |")
    return "\n".join(lines)
