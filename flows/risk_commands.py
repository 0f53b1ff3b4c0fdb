"""The commands about customers at risk: the queue, learning from people, acting between the weekly runs."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()

Week = Annotated[
    str | None, typer.Option("--week", help="ISO week such as 2026-W46; the last complete one if not given.")
]
Config = Annotated[Path | None, typer.Option("--config", help="The settings file; earshot.yaml if not given.")]


@app.command(epilog='Example: python -m flows cases --week 2026-W46 --reveal --reason "calling them back"')
def cases(
    week: Week = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON instead of a table.")] = False,
    reveal: Annotated[
        bool, typer.Option("--reveal", help="Add who the customers are; written to the audit log.")
    ] = False,
    reason: Annotated[str, typer.Option("--reason", help="Why, for the audit log.")] = "",
    config: Config = None,
) -> None:
    """Show the queue of customers at risk, with reasons."""
    if reveal and not reason.strip():
        raise typer.BadParameter("--reveal needs --reason: it is written to the audit log.")
    from flows.queue import queue_lines

    for line in queue_lines(config, week, as_json=as_json, reveal=reveal, reason=reason):
        typer.echo(line)


@app.command(
    "fit-risk", epilog="Example: python -m flows fit-risk --facts customers.csv --label Churn --leave-out customerID"
)
def fit_risk(
    facts: Annotated[Path, typer.Option("--facts", help="CSV, one row a customer: facts, and who left.")],
    label: Annotated[str, typer.Option("--label", help="The column that says who left (Yes/No, 1/0).")],
    leave_out: Annotated[
        list[str] | None, typer.Option("--leave-out", help="A column that is no fact, such as the id; may be repeated.")
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", help="Where the model goes (JSON).")] = None,
    config: Config = None,
) -> None:
    """Learn from a table of customers which facts speak for leaving; explained, monotone, cross-validated."""
    from flows.facts import fit_risk as fit

    typer.echo(fit(facts, label, leave_out or [], config, output))


@app.command(epilog="Example: python -m flows learn --fit")
def learn(
    fit: Annotated[bool, typer.Option("--fit", help="Also fit the probability of a risk to the verdicts.")] = False,
    corrections: Annotated[
        Path | None, typer.Option("--corrections", help="Write accepted corrections of labels there, JSON lines.")
    ] = None,
    config: Config = None,
) -> None:
    """Say how far the queue can be trusted by people's verdicts; learn from them; export corrected labels."""
    from flows.learning import learn_from_people

    for line in learn_from_people(config, fit=fit, corrections=corrections):
        typer.echo(line)


@app.command(epilog="Example: python -m flows watch --once")
def watch(
    once: Annotated[bool, typer.Option("--once", help="One round, then stop.")] = False,
    minutes: Annotated[int, typer.Option("--minutes", help="Between rounds, without --once.", min=1)] = 15,
    config: Config = None,
) -> None:
    """Between the weekly runs: pull, analyse, and tell managers at once of danger, fraud and threats."""
    from flows.watching import keep_watching

    for line in keep_watching(config, once=once, minutes=minutes):
        typer.echo(line)


@app.command("sample-conversations", epilog="Example: python -m flows sample-conversations --week 2026-W46 --number 20")
def sample_conversations(
    week: Annotated[str, typer.Option("--week", help="ISO week such as 2026-W46.")],
    number: Annotated[int, typer.Option("--number", help="How many conversations.", min=1)] = 20,
    output: Annotated[Path | None, typer.Option("--output", help="Where the sheet goes (XLSX).")] = None,
    config: Config = None,
) -> None:
    """Draw conversations of a week (by channel, outcome, at risk or not, agents in turn) with a sheet to score them."""
    from flows.conversation_sample import sample_conversations as sample

    typer.echo(sample(config, week, number, output))


@app.command(
    "score-conversations", epilog="Example: python -m flows score-conversations var/samples/filled.xlsx --by mia"
)
def score_conversations(
    sheet: Annotated[Path, typer.Argument(help="The sheet of sample-conversations, filled in.")],
    who: Annotated[str | None, typer.Option("--by", help="Who scored; you, if not given.")] = None,
    config: Config = None,
) -> None:
    """Take in a sheet of scored conversations, for the page Service of `review`."""
    from flows.conversation_sample import take_scores

    typer.echo(take_scores(config, sheet, who))
