"""Make comments to time with: of the lengths that real ones have, no two alike."""

import random
from collections.abc import Sequence

PHRASES = (
    "快递三天还没到，客服一直说在路上",
    "包装很结实，东西完好无损",
    "质量比想象的好，价格也合适",
    "充电半小时就发热，不敢再用了",
    "客服态度很好，马上就给换货了",
    "尺寸偏小，颜色跟图片不一样",
    "退款等了两个星期，打电话没人接",
    "味道一般，分量也少了",
    "餐廳環境很乾淨，服務人員親切",
    "排隊排了一個小時才入座",
    "app 更新之后付款总是失败",
    "安装师傅很专业，讲解清楚",
    "the parcel arrived two days late",
    "great value for the money",
    "battery dies before lunch",
    "the screen is bright and sharp",
    "nobody answers the phone",
    "they sent the wrong colour again",
    "refund took three weeks",
    "checkout keeps freezing in the app",
    "staff were friendly and quick",
    "I will not order here again",
    "box was crushed but the item is fine",
    "fits well and looks good",
)


def comments(count: int, seed: int = 7) -> list[str]:
    """Return so many distinct comments; half are shorter than about 40 tokens, a tenth longer than 120."""
    draw = random.Random(seed)
    return [_comment(draw, number) for number in range(count)]


def transcript(characters: int, seed: int = 7) -> str:
    """Return one text of so many characters."""
    draw = random.Random(seed)
    parts: list[str] = []
    while sum(map(len, parts)) < characters:
        parts.append(_comment(draw, len(parts)) + " / ")
    return "".join(parts)[:characters]


def spread(texts: Sequence[str], count: int) -> list[str]:
    """Return so many of the texts that their lengths are like those of all."""
    ranked = sorted(texts, key=len)
    step = len(ranked) / max(1, min(count, len(ranked)))
    return [ranked[int(step * (place + 0.5))] for place in range(min(count, len(ranked)))]


def _comment(draw: random.Random, number: int) -> str:
    phrases = max(1, round(draw.lognormvariate(1.2, 0.75)))
    return "，".join(draw.choice(PHRASES) for _ in range(min(phrases, 24))) + f" #{number}"
