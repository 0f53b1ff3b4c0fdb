"""Draw the numbers of an edition as inline SVG.

Marks that stand in a table cell (a sparkline, a range, a bar) are a line or two of SVG and written here. Figures with
axes are drawn by Vega-Lite through vl-convert; see docs/decisions/0006-charts.md for what each costs. All colours are
CSS variables or `currentColor`, so that one drawing serves light, dark and paper; all carry a text that says the same.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import vl_convert
from markupsafe import Markup

from data.records import Sentiment

#: Order in a bar, from what hurts to what pleases.
SENTIMENTS: tuple[Sentiment, ...] = ("neg", "mix", "neu", "pos")
_ROLES = re.compile(r' (?:role|aria-[a-z]+|class|pointer-events)="[^"]*"')
_BACKGROUND = re.compile(r'<path d="[^"]*"(?: display="none")?/>|<path d="" display="none"/>')


def _known(value: object) -> bool:
    return isinstance(value, (int, float)) and math.isfinite(value)


def _svg(kind: str, width: float, height: float, body: str, label: str, stretch: bool = False) -> Markup:
    ratio = f' preserveAspectRatio="{"none" if stretch else "xMinYMid"}"'
    return Markup(  # noqa: S704 numbers and class names of this module; the label is escaped
        f'<svg class="{kind}" viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{escape(label)}"{ratio}>'
        f"<title>{escape(label)}</title>{body}</svg>"
    )


def sparkline(values: Sequence[float | None], label: str) -> Markup:
    """Thirteen weeks in a table cell: a line from zero up, broken where a week is missing, its last point marked."""
    width, height, edge = 104.0, 26.0, 3.0
    known = [value for value in values if _known(value)]
    top = max([value for value in known if value is not None], default=0.0) or 1.0
    step = (width - 2 * edge) / max(len(values) - 1, 1)
    points = [
        None if value is None or not _known(value)
        else (edge + step * place, height - edge - (height - 2 * edge) * value / top)
        for place, value in enumerate(values)
    ]  # fmt: skip
    path, pen_down = "", False
    for point in points:
        if point is not None:
            path += f"{'L' if pen_down else 'M'}{point[0]:.1f} {point[1]:.1f}"
        pen_down = point is not None
    alone = "".join(
        f'<circle cx="{point[0]:.1f}" cy="{point[1]:.1f}" r="1.2"/>'
        for place, point in enumerate(points)
        if point and all(near < 0 or near >= len(points) or not points[near] for near in (place - 1, place + 1))
    )
    last = points[-1] if points else None
    dot = f'<circle class="now" cx="{last[0]:.1f}" cy="{last[1]:.1f}" r="2.6"/>' if last else ""
    ground = f'<path class="ground" d="M0 {height - 0.5:g}H{width:g}"/>'
    return _svg("spark", width, height, f'{ground}<path d="{path}"/>{alone}{dot}', label)


def range_mark(
    low: float, value: float, high: float, top: float, label: str, baseline: float | None = None, bottom: float = 0.0
) -> Markup:
    """A value as a dot on its interval, on a scale from `bottom` to `top`, with a tick at the `baseline`."""
    width, height, edge = 120.0, 18.0, 4.0
    span = (top - bottom) or 1.0

    def at(number: float) -> float:
        return edge + (width - 2 * edge) * min(max((number - bottom) / span, 0.0), 1.0)

    body = f'<path class="ground" d="M0 9H{width:g}"/><path class="whisker" d="M{at(low):.1f} 9H{at(high):.1f}"/>'
    if baseline is not None and _known(baseline):
        body += f'<path class="before" d="M{at(baseline):.1f} 2V16"/>'
    return _svg("range", width, height, f'{body}<circle class="now" cx="{at(value):.1f}" cy="9" r="4"/>', label)


def sentiment_bar(counts: Mapping[Sentiment, float], label: str) -> Markup:
    """Shares of the four sentiments as one bar, negative first; empty counts give an empty track."""
    total = sum(counts.get(name, 0) for name in SENTIMENTS)
    body, place = '<rect class="track" width="100" height="10"/>', 0.0
    for name in SENTIMENTS:
        part = 100 * counts.get(name, 0) / total if total else 0.0
        if part > 0:
            body += f'<rect class="{name}" x="{place:.2f}" width="{part:.2f}" height="10"/>'
        place += part
    return _svg("feeling", 100, 10, body, label, stretch=True)


def trend(rows: Sequence[Mapping[str, Any]], label: str, baseline: float | None = None) -> Markup:
    """Shares by week with their interval as a small figure with axes, drawn by Vega-Lite.

    `rows` hold week ("W46"), share, low and high (0..1, None where a week is missing). Takes about 0.05 s after the
    first, which starts the renderer (1 s).
    """
    points = [{name: row[name] for name in ("week", "share", "low", "high")} for row in rows]
    weeks = [row["week"] for row in rows]
    ends = [weeks[0], weeks[len(weeks) // 2], weeks[-1]] if weeks else []
    across = {"field": "week", "type": "ordinal", "sort": None, "scale": {"type": "point", "padding": 0.15}}
    percent = {"title": None, "axis": {"format": "~%", "tickCount": 3}}
    layers: list[dict[str, Any]] = [
        {"mark": {"type": "area", "color": "var(--now)", "opacity": 0.16},
         "encoding": {"y": {"field": "low", "type": "quantitative", **percent}, "y2": {"field": "high"}}},
        {"mark": {"type": "line", "color": "var(--now)", "strokeWidth": 2},
         "encoding": {"y": {"field": "share", "type": "quantitative", **percent}}},
        {"transform": [{"filter": {"field": "week", "equal": weeks[-1] if weeks else ""}}],
         "mark": {"type": "circle", "color": "var(--now)", "size": 60, "opacity": 1},
         "encoding": {"y": {"field": "share", "type": "quantitative", **percent}}},
    ]  # fmt: skip
    if baseline is not None and _known(baseline):
        layers.insert(0, {
            "data": {"values": [{"y": baseline}]},
            "mark": {"type": "rule", "color": "var(--soft)", "strokeDash": [3, 3]},
            "encoding": {"y": {"field": "y", "type": "quantitative", **percent}},
        })  # fmt: skip
    for layer in layers:
        if "data" not in layer:
            layer["encoding"]["x"] = {**across, "axis": {"title": None, "values": ends, "labelAngle": 0}}
    axis = {"labelColor": "currentColor", "gridColor": "var(--line)", "domain": False, "ticks": False,
            "labelFontSize": 11, "labelFont": "inherit", "labelPadding": 6}  # fmt: skip
    specification = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": 270, "height": 92, "padding": {"left": 2, "right": 6, "top": 6, "bottom": 2}, "background": None,
        "data": {"values": points}, "layer": layers,
        "config": {"view": {"stroke": None}, "axis": axis, "axisX": {"grid": False}},
    }  # fmt: skip
    drawn = str(vl_convert.vegalite_to_svg(json.dumps(specification)))
    head, _, body = drawn.partition(">")
    size = re.search(r'viewBox="([^"]*)"', head)
    body = _BACKGROUND.sub("", _ROLES.sub("", body))
    return Markup(  # noqa: S704 drawn from numbers and week names; the label is escaped
        f'<svg class="trend" viewBox="{size[1] if size else "0 0 320 120"}" role="img" aria-label="{escape(label)}">'
        f"<title>{escape(label)}</title>{body}"
    )
