"""Feedback that tries to be more than text."""

from collections.abc import Mapping, Sequence

#: As tests.reports.made_weeks.SAID: the evidence in brackets.
SAID: Mapping[str, Mapping[str, Sequence[tuple[str, str]]]] = {
    "delivery_speed": {
        "neg": (
            ("en", "late [<script>alert('gotcha')</script>] <img src=x onerror=alert(1)>"),
            ("en", "=cmd|'/c calc'!A1 [+SUM(A1:A9)] @evil"),
            ("en", "\u202egnp.exe [\u2066reversed\u2069] \x00\x07\ufffe end"),
            ("zh-Hans", "慢" * 5000 + "[真的慢]" + "慢" * 5000),
            ("en", "| a | b |\n# Heading\n- item [`code` **bold**] {{ 7*7 }} {% raw %} ${x}"),
            ("en", "]]> --> </style></title> [javascript:alert(1)] &lt;b&gt; \"quoted' text"),
        ),
    },
}
