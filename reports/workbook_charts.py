"""The charts of a workbook, drawn by Excel from its cells, so that they follow when somebody edits or filters them."""

from typing import Any

import pandas as pd
import xlsxwriter

from reports.quoting import for_cell
from reports.week import WeekTables
from reports.wording import Words, known

#: Topics in the chart of trends, and their colours: apart for colour-blind eyes (Okabe and Ito 2008).
LARGEST = 5
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9")


def draw_trends(book: xlsxwriter.Workbook, words: Words, tables: WeekTables, topics: pd.DataFrame) -> None:
    """A sheet with the weekly shares of the largest topics, weeks down, and a line chart of them."""
    now = topics[(topics["week"] == tables.week) & (topics["n"] > 0)]
    chosen = [str(topic) for topic in now.sort_values(["n", "topic"], ascending=[False, True])["topic"].head(LARGEST)]
    if not chosen or len(tables.weeks) < 2:
        return
    name = words.say("sheet.trends")
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 1)
    share = book.add_format({"num_format": "0.0%"})
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "bg_color": "#F1EEE6"})
    sheet.set_column(0, len(chosen), 14)
    sheet.write_string(0, 0, words.say("column.week"), bold)
    for place, topic in enumerate(chosen, start=1):
        sheet.write_string(0, place, for_cell(tables.taxonomy.name(topic, words.language)), bold)
    wide = topics.pivot_table(index="week", columns="topic", values="share", aggfunc="first", observed=True)
    for line, week in enumerate(tables.weeks, start=1):
        sheet.write_string(line, 0, week)
        for place, topic in enumerate(chosen, start=1):
            value = wide[topic].get(week) if topic in wide else None
            if known(value):
                sheet.write_number(line, place, float(value or 0), share)
    chart, last = book.add_chart({"type": "line"}), len(tables.weeks)
    for place, colour in zip(range(1, len(chosen) + 1), COLOURS, strict=False):
        chart.add_series(
            {"name": [name, 0, place], "categories": [name, 1, 0, last, 0], "values": [name, 1, place, last, place],
             "line": {"color": colour, "width": 2.25}, "marker": {"type": "circle", "size": 4,
             "fill": {"color": colour}, "border": {"color": colour}}}
        )  # fmt: skip
    chart.set_title({"name": words.say("sheet.chart_trend"), "name_font": {"size": 13}})
    chart.set_y_axis({"num_format": "0%", "min": 0, "major_gridlines": {"visible": True, "line": {"color": "#E2DED4"}}})
    chart.set_legend({"position": "bottom"})
    chart.show_blanks_as("gap")
    chart.set_size({"width": 860, "height": 420})
    sheet.insert_chart(1, len(chosen) + 2, chart)


def draw_charts(book: xlsxwriter.Workbook, words: Words, tables: WeekTables, topics: pd.DataFrame) -> None:
    """Charts that Excel draws from the topics sheet, so that they follow when somebody edits or filters it."""
    sheet = book.add_worksheet(words.say("sheet.charts"))
    sheet.hide_gridlines(2)
    places = {str(column): place for place, column in enumerate(topics.columns)}
    lines = topics.reset_index(drop=True)
    now = lines[(lines["week"] == tables.week) & (lines["n"] > 0)]
    if now.empty:
        return
    source = words.say("sheet.topics")
    first, last = int(now.index.min()) + 1, int(now.index.max()) + 1

    def cells(column: str, top: int = first, bottom: int = last) -> list[Any]:
        return [source, top, places[column], bottom, places[column]]

    share = book.add_chart({"type": "bar"})
    share.add_series({"categories": cells("topic"), "values": cells("share"), "fill": {"color": "#0A5A6E"}})
    share.set_title({"name": words.say("sheet.chart_share"), "name_font": {"size": 13}})
    share.set_legend({"none": True})
    share.set_y_axis({"reverse": True})
    feeling = book.add_chart({"type": "bar", "subtype": "percent_stacked"})
    for name, colour in (("neg", "#B8470F"), ("mix", "#8B6BB8"), ("neu", "#B4B7BD"), ("pos", "#2A6DB5")):
        feeling.add_series({"name": words.say(f"sentiment.{name}"), "categories": cells("topic"),
                            "values": cells(name), "fill": {"color": colour}})  # fmt: skip
    feeling.set_title({"name": words.say("sheet.chart_feeling"), "name_font": {"size": 13}})
    feeling.set_y_axis({"reverse": True})
    for place, chart in ((0, share), (10, feeling)):
        chart.set_size({"width": 620, "height": 90 + 26 * (last - first + 1)})
        sheet.insert_chart(1, place, chart)
