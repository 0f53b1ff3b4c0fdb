"""The command line. Each command imports what it needs when it runs, so that --help is quick."""

import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from data.errors import EarshotError
from flows.logs import log_to_terminal
from flows.risk_commands import app as risk_commands

app = typer.Typer(
    name="python -m flows",
    help="Earshot listens to what customers say and tells the people who can act.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    add_completion=False,
)

app.registered_commands += risk_commands.registered_commands

Config = Annotated[Path | None, typer.Option("--config", help="The settings file; earshot.yaml if not given.")]
Anyway = Annotated[bool, typer.Option("--promote-anyway", help="Ship it even if something got worse; with --reason.")]
PromotionReason = Annotated[str, typer.Option("--reason", help="Why, for the manifest.")]
Week = Annotated[
    str | None, typer.Option("--week", help="ISO week such as 2026-W46; the last complete one if not given.")
]


@app.command(epilog="Example: python -m flows weekly --config data/sample/earshot.yaml --week 2026-W46")
def weekly(
    week: Week = None,
    first: Annotated[str | None, typer.Option("--from", help="First week of a range; with --to.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last week of a range; with --from.")] = None,
    config: Config = None,
) -> None:
    """Pull, analyse, flag, report and publish one week, or each week of a range."""
    if week and (first or last):
        raise typer.BadParameter("Give either --week or --from and --to.")
    from flows.console import run_weekly

    run_weekly(week=week or first, until=week or last, config=config)


@app.command(epilog="Example: python -m flows analyse --input comments.jsonl --output labels.jsonl")
def analyse(
    source: Annotated[Path, typer.Option("--input", help="JSON lines: {id, text} or {id, turns}.")],
    output: Annotated[
        Path, typer.Option("--output", help="Where the labels go, one JSON line each, in the same order.")
    ],
    taxonomy: Annotated[Path | None, typer.Option("--taxonomy", help="Your own topics (YAML).")] = None,
    topics: Annotated[Path | None, typer.Option("--topics", help="The folder that fit-topics made for them.")] = None,
) -> None:
    """Label texts of a file: sentiment, kind, topics with evidence, churn, escalation, urgency. Nothing is stored."""
    from flows.labelling import analyse_file

    done = analyse_file(source, output, taxonomy, topics)
    typer.echo(f"{done.analysed} analysed, {done.failed} could not be read; see {output}", err=True)
    if done.failed and not done.analysed:
        raise typer.Exit(1)


@app.command("fit-topics", epilog="Example: python -m flows fit-topics --examples tickets.jsonl --taxonomy topics.yaml")
def fit_topics(
    examples: Annotated[Path, typer.Option("--examples", help="JSON lines: {text, label} or {text, labels: [...]}.")],
    taxonomy: Annotated[Path, typer.Option("--taxonomy", help="Your topics (YAML); see docs/taxonomy.md.")],
    output: Annotated[Path, typer.Option("--output", help="Folder for the new head.")] = Path("var/topics"),
) -> None:
    """Teach Earshot your own topics from labelled examples."""
    from data.taxonomy import load
    from models.custom import fit_topics as fit

    typer.echo(fit(examples, load(taxonomy), output))


@app.command(epilog="Example: python -m flows evaluate --gold gold.jsonl --hard")
def evaluate(
    gold: Annotated[
        Path | None, typer.Option("--gold", help="JSON lines with human labels; models/README.md says how.")
    ] = None,
    data: Annotated[
        Path | None, typer.Option("--data", help="Training data folder: adds its public sets and pairs of scripts.")
    ] = None,
    hard: Annotated[bool, typer.Option("--hard", help="Try the hard cases; always done without --gold.")] = False,
    engines: Annotated[bool, typer.Option("--engines", help="Compare the engines of this machine.")] = False,
    output: Annotated[Path | None, typer.Option("--output", help="Also write the figures as JSON.")] = None,
    model: Annotated[Path | None, typer.Option("--model", help="Another checkpoint's folder.")] = None,
) -> None:
    """Measure the model: against human labels, on hard cases, in both scripts, on public sets, with intervals."""
    from flows.measuring import measure

    typer.echo(measure(gold, data, hard=hard, engines=engines, output=output, model=model))


@app.command(epilog="Example: python -m flows bench")
def bench(
    output: Annotated[Path | None, typer.Option("--output", help="Also write the figures as JSON.")] = None,
    report: Annotated[bool, typer.Option("--report", help="Of the report for 100,000 feedback a week.")] = False,
) -> None:
    """Measure speed and memory: the model against usual alternatives and this machine's limit, or the report."""
    from flows.measuring import run_bench
    from flows.report_bench import bench_report

    typer.echo(bench_report(output=output) if report else run_bench(output))


@app.command(epilog="Example: python -m flows train --data ../shared/data --output var/model")
def train(
    data: Annotated[Path, typer.Option("--data", help="Folder with gold/ and public/; models/README.md says what.")],
    output: Annotated[Path, typer.Option("--output", help="Where the checkpoint goes.")] = Path("var/model"),
    weights: Annotated[str | None, typer.Option("--weights", help="Base weights: a hub name or a folder.")] = None,
    tokenizer: Annotated[Path | None, typer.Option("--tokenizer", help="Folder with the base tokenizer.json.")] = None,
    anyway: Anyway = False,
    reason: PromotionReason = "",
) -> None:
    """Train from base weights, going on where it was stopped; ship the result if nothing got worse."""
    from flows.training import train_and_promote

    outcome = train_and_promote(data, output, weights, tokenizer, anyway=reason if anyway else None)
    typer.echo(outcome.text)
    if outcome.refused:
        raise typer.Exit(1)


@app.command(epilog="Example: python -m flows promote --candidate var/model --data ../shared/data")
def promote(
    data: Annotated[Path, typer.Option("--data", help="Folder with gold/dev.jsonl and public/.")],
    candidate: Annotated[Path, typer.Option("--candidate", help="The folder that training wrote.")] = Path("var/model"),
    anyway: Anyway = False,
    reason: PromotionReason = "",
) -> None:
    """Ship a trained checkpoint if no language or head got worse beyond noise; say which did."""
    from flows.training import promote as promote_checkpoint

    outcome = promote_checkpoint(candidate, data, anyway=reason if anyway else None)
    typer.echo(outcome.text)
    if outcome.refused:
        raise typer.Exit(1)


@app.command(epilog="Example: python -m flows serve --config earshot.yaml")
def serve(config: Config = None) -> None:
    """Stay up, run the weekly job on its schedule in the business time zone, and watch in between."""
    from flows.serving import serve_weekly

    serve_weekly(config)


@app.command(epilog="Example: python -m flows doctor")
def doctor(config: Config = None) -> None:
    """Say what is installed, configured and reachable, and check the model's hashes."""
    from flows.doctor import examine

    findings = examine(config)
    for finding in findings:
        typer.echo(finding.line())
    if any(finding.wrong for finding in findings):
        raise typer.Exit(1)


@app.command(
    epilog="Example: python -m flows review --add-user li.na --role manager:logistics, then python -m flows review"
)
def review(
    config: Config = None,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="Port to listen on.")] = 8460,
    workers: Annotated[
        int | None, typer.Option("--workers", help="Processes; one for each core, at most 4, if not given.", min=1)
    ] = None,
    user: Annotated[
        str | None, typer.Option("--add-user", help="Make this account, or give it a new password, and stop.")
    ] = None,
    role: Annotated[
        list[str] | None, typer.Option("--role", help="manager:TEAM, reader:TEAM, analyst or admin; may be repeated.")
    ] = None,
) -> None:
    """Serve the managers' web application: the queue of customers at risk, cases, accounts."""
    from flows.review import add_user, serve_review

    if user is not None:
        typer.echo(add_user(config, user, role or []))
    else:
        serve_review(config, host, port, workers)


@app.command("map", epilog="Example: python -m flows map incoming/survey.csv")
def map_columns(file: Annotated[Path, typer.Argument(help="CSV, TSV, XLSX, JSONL or Parquet.")]) -> None:
    """Look at a file and propose its column mapping, to paste into the settings."""
    from data.sources.proposal import propose

    if not file.is_file():
        raise typer.BadParameter(f"There is no file {file}.")
    proposal = propose(file)
    typer.echo(proposal.as_yaml())
    for field, why in proposal.reasons.items():
        typer.echo(f"# {field}: {proposal.columns[field]!r}, because of {why}", err=True)


@app.command(epilog="Example: python -m flows quarantine --retry")
def quarantine(
    retry: Annotated[bool, typer.Option("--retry", help="Pull every source again from its start.")] = False,
    config: Config = None,
) -> None:
    """List the rows that could not be read, with file, row and reason; --retry after mending them."""
    from flows.queue import quarantine_lines

    for line in quarantine_lines(config, retry=retry):
        typer.echo(line)


@app.command(epilog='Example: python -m flows erase C-1017 --reason "asked for it on 3 November"')
def erase(
    customer_id: Annotated[str, typer.Argument(help="The customer's id as the source knows it.")],
    reason: Annotated[str, typer.Option("--reason", help="Why, for the audit log.")],
    config: Config = None,
) -> None:
    """Forget who a customer is, for good. What they said stays, without a name."""
    from flows.queue import erase_customer

    typer.echo(erase_customer(config, customer_id, reason))


@app.command(epilog="Example: python -m flows planted --week 2026-W46")
def planted(week: Week = "2026-W46") -> None:
    """Compare what the run found in the sample company with what was planted there, misses included."""
    from flows.planted import compare

    typer.echo(compare(week or "2026-W46"))


@app.command(
    "themes", epilog='Example: python -m flows themes accept theme-1a2b3c4d --topic swap --name "Trade-in" --who Mei'
)
def list_or_decide_themes(
    action: Annotated[str, typer.Argument(help="list, show, accept, merge, reject or reopen.")] = "list",
    theme: Annotated[str | None, typer.Argument(help="The theme's id, as list shows it.")] = None,
    into: Annotated[str | None, typer.Option("--into", help="merge: the theme that it is the same as.")] = None,
    topic: Annotated[str | None, typer.Option("--topic", help="accept: the new topic's id.")] = None,
    name: Annotated[str | None, typer.Option("--name", help="accept: what reports call it.")] = None,
    description: Annotated[str, typer.Option("--description", help="accept: what belongs there.")] = "",
    team: Annotated[str | None, typer.Option("--team", help="accept: whose topic it is.")] = None,
    who: Annotated[str, typer.Option("--who", help="Your name; it stands beside the decision.")] = "",
    note: Annotated[str | None, typer.Option("--note", help="Why.")] = None,
    output: Annotated[Path | None, typer.Option("--output", help="accept: where taxonomy and examples go.")] = None,
    config: Config = None,
) -> None:
    """Show what customers say that no topic covers, and decide whether it becomes a topic."""
    from flows.theme_inbox import Asked, theme_lines

    asked = Asked(action, theme, into, topic, name, description, team, who, note, output)
    for line in theme_lines(config, asked):
        typer.echo(line)


@app.command(epilog="Example: python -m flows monthly --month 2026-10")
def monthly(
    month: Annotated[str, typer.Option("--month", help="A month such as 2026-10: its four or five ISO weeks.")],
    config: Config = None,
) -> None:
    """Write the monthly edition for management, built from the weeks as they stand now."""
    from flows.monthly import write_month

    for line in write_month(config, month):
        typer.echo(line)


@app.command(epilog="Example: python -m flows export --week 2026-W46 --hyper; python -m flows export --month 2026-11")
def export(
    week: Annotated[str | None, typer.Option("--week", help="ISO week: say where its tables are.")] = None,
    month: Annotated[str | None, typer.Option("--month", help="Build the tables of a month such as 2026-11.")] = None,
    hyper: Annotated[bool, typer.Option("--hyper", help="One Tableau file of the week's tables, too.")] = False,
    config: Config = None,
) -> None:
    """Tables for BI tools (docs/star-schema.md): of a week, or of a month built from its weeks as they stand now."""
    from flows.exporting import export_tables

    typer.echo(export_tables(config, week, month, hyper))


def main() -> NoReturn:
    """Run the command line; an error that a person can act on is one line, not a traceback."""
    log_to_terminal()
    try:
        app()
    except EarshotError as error:
        typer.secho(f"{type(error).__name__}: {error}", fg="red", err=True)
        sys.exit(2)
    except BrokenPipeError:
        sys.exit(0)
    sys.exit(0)
