"""Propose a column mapping for a file, by the names of its columns and by what stands in them."""

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from data.records import SCALES
from data.sources.mapping import EMPTY, BadRow
from data.sources.rows import BadFile, read_rows
from data.sources.times import parse_time

#: Words in column names, in the three languages, that speak for a field; earlier ones speak louder.
NAMES: Mapping[str, str] = {
    "source_id": r"^id$|(response|ticket|review|feedback|record|comment).?(id|no)|编号|編號|序号|流水号|工单号",
    "occurred_at": r"^(?!.*(solved|closed|解决|解決|结案|結案|关闭|關閉)).*"
    r"(submitted|created|occurred|recorded|date|time|日期|时间|時間|提交)",
    "text": r"comment|text|feedback|review|verbatim|message|body|description|content|remark"
    r"|评论|評論|内容|內容|意见|意見|留言|反馈|回饋|建议|建議",
    "score": r"^nps$|^csat$|^ces$|score|rating|stars?|评分|評分|星级|星級|打分|满意度|滿意度",
    "customer_id": r"customer.?(id|no|number|key)?$|user.?id|member|account.?(id|no)|客户|客戶|会员|會員|用户id|用戶id",
    "name": r"(full|customer|contact|user).?name|^name$|姓名|客户名|客戶名|称呼|稱呼",
    "email": r"e-?mail|邮箱|郵箱|电子邮件|電子郵件",
    "phone": r"phone|mobile|tel\b|手机|手機|电话|電話",
    "order_id": r"order|订单|訂單|po.?number",
    "product": r"product|item|sku|model|商品|产品|產品|型号|型號",
    "carrier": r"carrier|courier|logistics|shipper|快递|快遞|物流|承运|宅配",
    "region": r"region|area|city|state|country|market|地区|地區|城市|区域|區域|省",
    "plan": r"plan|tier|subscription|套餐|等级|等級|方案",
    "customer_value": r"value|spend|revenue|arr|ltv|消费|消費|金额|金額",
    "channel": r"channel|source|medium|渠道|管道|来源|來源",
    "language": r"lang(uage)?|locale|语言|語言",
    "agent": r"agent|staff|handled.?by|客服|坐席|專員|专员",
    "resolved": r"resolved|solved|closed|是否解决|是否解決",
    "solved_at": r"(solved|closed).?(at|on|time|date)|(time|date).?(re)?(solved|closed)"
    r"|(解决|解決|结案|結案|关闭|關閉).?(时间|時間|日期)",
    "url": r"url|link|permalink|链接|連結",
    "turns": r"^turns$|messages|transcript|对话|對話",
}
SAMPLE_ROWS = 200


@dataclass(frozen=True)
class Proposal:
    """A mapping that should work, why each column was chosen, and what a person must still decide."""

    columns: Mapping[str, str]
    constants: Mapping[str, str]
    reasons: Mapping[str, str]
    unused: tuple[str, ...]
    questions: tuple[str, ...]

    def as_yaml(self) -> str:
        """The mapping as a person would write it into the configuration, questions as comments."""
        lines = [f"# {question}" for question in self.questions]
        if self.unused:
            lines.append(f"# Columns that are not used: {', '.join(self.unused)}")
        body = {"mapping": {"columns": dict(self.columns), "constants": dict(self.constants), "time_zone": "UTC"}}
        return "\n".join([*lines, yaml.safe_dump(body, allow_unicode=True, sort_keys=False)])


def propose(path: Path) -> Proposal:
    """Look at the first rows of a file and propose its mapping; raises BadFile when it cannot be read at all."""
    rows = [row for _, row in itertools.islice(read_rows(path), SAMPLE_ROWS) if not isinstance(row, BadRow)]
    if not rows:
        raise BadFile(f"{path.name} has no row that can be read.")
    header = list(dict.fromkeys(name for row in rows for name in row if name))
    cells = {name: [row[name] for row in rows if not _empty(row.get(name))] for name in header}
    scores = {(f, c): points for f in NAMES for c in header if (points := _points(f, c, cells[c])) > 0}
    columns: dict[str, str] = {}
    reasons: dict[str, str] = {}
    for (target, column), points in sorted(scores.items(), key=lambda entry: (-entry[1], header.index(entry[0][1]))):
        if target not in columns and column not in columns.values():
            columns[target] = column
            reasons[target] = "its name and its content" if points > 2 else "its name" if points > 1 else "its content"
    constants, questions = _rest(columns, cells)
    ordered = {name: columns[name] for name in NAMES if name in columns}
    unused = tuple(name for name in header if name not in columns.values())
    return Proposal(ordered, constants, reasons, unused, questions)


def _points(target: str, column: str, cells: Sequence[Any]) -> float:
    named = 2.0 if re.search(NAMES[target], column.strip(), re.IGNORECASE) else 0.0
    looks = CONTENT.get(target)
    if looks is None:
        return named
    fits = looks(cells) if cells else 0.0
    if target in {"text", "occurred_at"}:
        return named + fits if fits > 0.3 else 0.0
    return named + fits / 2 if named and fits > 0.3 else fits - 0.2 if fits > 0.9 and target in {"email"} else 0.0


def _prose(cells: Sequence[Any]) -> float:
    """How much a column looks like what people write: long, varied text."""
    texts = [str(cell) for cell in cells if isinstance(cell, str)]
    if not texts:
        return 0.0
    length = sum(len(text) + len(re.findall(r"[\u4e00-\u9fff]", text)) for text in texts) / len(texts)
    varied = len(set(texts)) / len(texts)
    wordy = sum(bool(re.search(r"\w\W+\w|[\u4e00-\u9fff]{3}", text)) for text in texts) / len(texts)
    return min(1.0, length / 30) * varied * wordy * (0 if _times(texts) > 0.8 else 1)


def _times(cells: Sequence[Any]) -> float:
    return sum(_is_time(cell) for cell in cells) / len(cells)


def _is_time(cell: Any) -> bool:
    text = str(cell)
    if re.fullmatch(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}.*", text):
        return True
    try:
        return parse_time(cell).year > 1990
    except (ValueError, OverflowError, OSError):
        return False


def _small_numbers(cells: Sequence[Any]) -> float:
    return sum(bool(re.fullmatch(r"(10|\d)(\.\d+)?", str(cell).strip())) for cell in cells) / len(cells)


def _emails(cells: Sequence[Any]) -> float:
    return sum(bool(re.fullmatch(r"\S+@\S+\.\S+", str(cell).strip())) for cell in cells) / len(cells)


CONTENT: Mapping[str, Callable[[Sequence[Any]], float]] = {
    "text": _prose,
    "occurred_at": _times,
    "solved_at": _times,
    "score": _small_numbers,
    "email": _emails,
}


def _rest(columns: Mapping[str, str], cells: Mapping[str, Sequence[Any]]) -> tuple[dict[str, str], tuple[str, ...]]:
    constants: dict[str, str] = {}
    questions = []
    if "text" not in columns and "turns" not in columns:
        questions.append("No column looks like customers' words: name it under columns.text.")
    if "occurred_at" not in columns:
        questions.append("No column looks like a time: name it under columns.occurred_at.")
    elif any(re.match(r"\d{1,2}[./-]\d{1,2}[./-]\d{2,4}", str(cell)) for cell in cells[columns["occurred_at"]]):
        questions.append('Dates such as 03/11/2026 are ambiguous: add time_format, e.g. "%d/%m/%Y %H:%M".')
    if "source_id" not in columns:
        questions.append(
            "No id column: an edited row will count as a new one. Name it under columns.source_id if there is one."
        )
    if "channel" not in columns:
        constants["channel"] = "survey"
        questions.append("No channel column: `survey` is assumed for every row.")
    if "score" in columns:
        constants["scale"], question = _scale(
            columns["score"], [float(str(c)) for c in cells[columns["score"]] if _is_number(c)]
        )
        questions.append(question)
    questions.append("Set time_zone to the zone in which the times are written.")
    return constants, tuple(questions)


def _scale(column: str, numbers: Sequence[float]) -> tuple[str, str]:
    named = next((scale for scale in SCALES if scale in column.lower()), None)
    highest = max(numbers, default=5)
    guess = named or ("nps" if highest > 7 or 0 in numbers else "ces" if highest > 5 else "stars")
    return guess, f"The scores in {column!r} reach {highest:g}: {guess} is assumed ({', '.join(SCALES)} are known)."


def _is_number(cell: Any) -> bool:
    return bool(re.fullmatch(r"-?\d+(\.\d+)?", str(cell).strip()))


def _empty(cell: Any) -> bool:
    return cell is None or str(cell).strip().lower() in EMPTY
