"""Draw impact against volume: which topics hurt the score, and how many customers they touch."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from markupsafe import Markup

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 640.0, 300.0, 46.0, 44.0, 14.0, 16.0


@dataclass(frozen=True, slots=True)
class Point:
    """A topic: its number in the table, share of responses 0..1, effect in points of 100 with interval, verdict."""

    number: int
    share: float
    effect: float
    low: float
    high: float
    verdict: str


def impact_chart(points: Sequence[Point], label: str, across: str, down: str) -> Markup:
    """A numbered dot for each topic: share of responses across, effect up and down, its interval as a line.

    The table beside it says the same in figures; `across` and `down` name the axes.
    """
    right = _nice(max((point.share for point in points), default=0.1) * 100 * 1.08)
    low = -_nice(max((-min(point.low, 0.0) for point in points), default=10.0))
    high = _nice(max((max(point.high, 0.0) for point in points), default=0.0))
    step = _step(high - low)

    def x(share: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * 100 * share / right

    def y(effect: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (high - effect) / ((high - low) or 1.0)

    body = ""
    tick = -(-low // step) * step
    while tick <= high + 1e-9:
        kind = "zero" if abs(tick) < 1e-9 else "ground"
        shown = f"{tick:+g}".replace("-", "−") if abs(tick) > 1e-9 else "0"
        body += f'<path class="{kind}" d="M{LEFT:g} {y(tick):.1f}H{WIDTH - RIGHT:g}"/>'
        body += f'<text x="{LEFT - 8:g}" y="{y(tick) + 4:.1f}" text-anchor="end">{shown}</text>'
        tick += step
    step = _step(right)
    tick = 0.0
    while tick <= right + 1e-9:
        body += f'<text x="{x(tick / 100):.1f}" y="{HEIGHT - BOTTOM + 18:g}" text-anchor="middle">{tick:g}%</text>'
        tick += step
    body += f'<text class="axis" x="{WIDTH - RIGHT:g}" y="{HEIGHT - 6:g}" text-anchor="end">{escape(across)} →</text>'
    body += f'<text class="axis" x="{LEFT:g}" y="{HEIGHT - 6:g}">↕ {escape(down)}</text>'
    for point in points:
        at = x(point.share)
        body += f'<path class="whisker {point.verdict}" d="M{at:.1f} {y(point.low):.1f}V{y(point.high):.1f}"/>'
    for point in sorted(points, key=lambda one: -one.number):
        at, on = x(point.share), y(point.effect)
        body += f'<circle class="{point.verdict}" cx="{at:.1f}" cy="{on:.1f}" r="10"/>'
        body += f'<text class="in" x="{at:.1f}" y="{on + 4:.1f}" text-anchor="middle">{point.number}</text>'
    return Markup(  # noqa: S704 numbers and words of ours; the texts are escaped
        f'<svg class="impact" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" aria-label="{escape(label)}">'
        f"<title>{escape(label)}</title>{body}</svg>"
    )


def _step(span: float) -> float:
    return next((step for step in (1.0, 2.0, 5.0, 10.0, 20.0) if span / step <= 6), 50.0)


def _nice(value: float) -> float:
    """`value` rounded up to a number that an axis can end with."""
    step = _step(max(value, 1.0))
    return max(step, -(-value // step) * step) if value > 0 else 0.0
