"""A stratified sample of conversations and a sheet to score them: managers review service, not only complaints."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import xlsxwriter

from data.conversation_scores import SHEET

#: What is scored, 1 (poor) to 5 (excellent), and what a reviewer asks.
MARKS: Mapping[str, str] = {
    "understood": "Did the agent understand what the customer wanted before answering?",
    "correct": "Was what the agent said correct and complete?",
    "tone": "Was the tone warm, plain and patient, also when the customer was not?",
    "solved": "Was the matter solved, or the next step said with a day and a name?",
    "promise": "Was every promise one that the company can keep?",
}
COLUMNS = ("week", "conversation", "channel", "agent", "outcome", "at risk", "chance", "conversation text")
OUTCOMES = {True: "resolved", False: "unresolved", None: "not noted"}
WIDEST_CELL = 32_000


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation that may be drawn; `text` is redacted, one line a turn with its speaker."""

    feedback_id: str
    channel: str
    agent: str
    resolved: bool | None
    at_risk: bool
    text: str

    @property
    def stratum(self) -> tuple[str, str, bool]:
        """Channel, outcome and whether the customer is at risk; agents are evened out within."""
        return self.channel, OUTCOMES[self.resolved], self.at_risk


@dataclass(frozen=True, slots=True)
class Chosen:
    """A conversation drawn, and the chance that one of its stratum had: weigh its marks by 1 / chance."""

    conversation: Conversation
    chance: float


def draw(conversations: Sequence[Conversation], many: int, seed: str) -> list[Chosen]:
    """Draw `many` conversations: every stratum in turn, in each the agent drawn least so far, chance deciding the rest.

    The same seed draws the same, in whatever order the conversations come. Fewer come back if there are fewer.
    """
    order = {one.feedback_id: sha256(f"{seed}\x00{one.feedback_id}".encode()).hexdigest() for one in conversations}
    pools: dict[tuple[str, str, bool], list[Conversation]] = defaultdict(list)
    for one in sorted(conversations, key=lambda one: order[one.feedback_id]):
        pools[one.stratum].append(one)
    sizes = {stratum: len(pool) for stratum, pool in pools.items()}
    agents, taken, found = Counter[str](), Counter[tuple[str, str, bool]](), list[Conversation]()
    while len(found) < many and any(pools.values()):
        for stratum in sorted(pools):
            if pools[stratum] and len(found) < many:
                one = min(pools[stratum], key=lambda one: (agents[one.agent], order[one.feedback_id]))
                pools[stratum].remove(one)
                agents[one.agent] += 1
                taken[stratum] += 1
                found.append(one)
    return [Chosen(one, taken[one.stratum] / sizes[one.stratum]) for one in found]


def write_sheet(chosen: Sequence[Chosen], week: str, path: Path) -> Path:
    """Write the sheet as XLSX: one row per conversation, empty cells for marks from 1 to 5 and a note, and a legend."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        head, wrapped = (
            book.add_format({"bold": True, "bottom": 1}),
            book.add_format({"text_wrap": True, "valign": "top"}),
        )
        sheet = book.add_worksheet(SHEET)
        titles = [*COLUMNS[:-1], *MARKS, "note", COLUMNS[-1]]
        for column, title in enumerate(titles):
            sheet.write_string(0, column, title, head)
        for line, one in enumerate(chosen, start=1):
            talk = one.conversation
            facts = [
                week,
                talk.feedback_id,
                talk.channel,
                talk.agent,
                OUTCOMES[talk.resolved],
                "yes" if talk.at_risk else "no",
            ]
            for column, fact in enumerate(facts):
                sheet.write_string(line, column, fact, wrapped)
            sheet.write_number(line, len(facts), one.chance, wrapped)
            sheet.write_string(line, len(titles) - 1, talk.text[:WIDEST_CELL], wrapped)
        first = len(COLUMNS) - 1
        if chosen:
            sheet.data_validation(
                1, first, len(chosen), first + len(MARKS) - 1,
                {"validate": "integer", "criteria": "between", "minimum": 1, "maximum": 5,
                 "error_message": "A mark is a whole number from 1 (poor) to 5 (excellent)."},
            )  # fmt: skip
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, max(1, len(chosen)), len(titles) - 1)
        sheet.set_column(0, len(titles) - 3, 12)
        sheet.set_column(len(titles) - 2, len(titles) - 2, 30)
        sheet.set_column(len(titles) - 1, len(titles) - 1, 100)
        legend = book.add_worksheet("How to score")
        legend.set_column(0, 0, 14)
        legend.set_column(1, 1, 90)
        for line, (mark, asks) in enumerate({"mark": "1 poor, 3 as it should be, 5 excellent", **MARKS}.items()):
            legend.write_string(line, 0, mark, head)
            legend.write_string(line, 1, asks)
    return path
