"""The command line: options to settings, a report to the formats asked for, an exit code. No logic of its own."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import click
from rich.console import Console
from rich.status import Status

from alembic_proof import __version__, differ, schema_file
from alembic_proof.checks import RULES
from alembic_proof.cli_db import db
from alembic_proof.cli_post import post
from alembic_proof.cost import ROW_COUNTS_SQL
from alembic_proof.errors import ExitCode, ProofError, UsageError
from alembic_proof.render import RENDERERS, terminal
from alembic_proof.render.changes import changes_text
from alembic_proof.render.rule_pages import explained
from alembic_proof.render.text import visible
from alembic_proof.report import Report
from alembic_proof.settings import Settings, load_server_settings, load_settings
from alembic_proof.static import check as run_check
from alembic_proof.verify import provided, request
from alembic_proof.verify import review as run_review
from alembic_proof.verify import verify as run_verify
from alembic_proof.walk.runs import Ground

_stderr = Console(stderr=True, highlight=False)


def _pairs(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    broken = [v for v in values if "=" not in v]
    if broken:
        raise click.BadParameter(f"`{broken[0]}` is not NAME=VALUE")
    return {k: v for k, _, v in (value.partition("=") for value in values)}


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="alembic-proof")
def cli() -> None:
    """Runs every revision of an Alembic project on a real Postgres and shows, with evidence, what is wrong."""


def _project_options(command: Any) -> Any:
    for option in reversed(
        (
            click.option("-c", "--config", help="alembic.ini of the project."),
            click.option("-n", "--name", "section", help="Section of the ini file."),
            click.option("--python", help="The project's interpreter (default: the active environment)."),
            click.option("-x", "x", multiple=True, help="Argument for env.py, as with alembic -x."),
            click.option(
                "--env",
                multiple=True,
                callback=_pairs,
                help="NAME=VALUE for the project; `scheme://` alone becomes the scratch database's URL.",
            ),
            click.option("--metadata", multiple=True, help="package.module:attribute of the models' MetaData."),
            click.option("--config-function", help="package.module:function that returns the alembic Config."),
            click.option("--wrapper", help="package.module:function that is called with what to run inside it."),
            click.option("--before-upgrade", multiple=True, help="SQL file to run before the first revision."),
            click.option("--extension", "extensions", multiple=True, help="Created before the first revision."),
        )
    ):
        command = option(command)
    return command


def _postgres_options(command: Any) -> Any:
    for option in reversed(
        (
            click.option("--postgres", help="auto, container, embedded, installed, or a server's URL."),
            click.option("--postgres-version", type=int, help="Major version, such as 17."),
            click.option("--image", help="Image for the container."),
        )
    ):
        command = option(command)
    return command


def _report_options(command: Any) -> Any:
    for option in reversed(
        (
            click.option(
                "--format", "formats", multiple=True, help=f"{', '.join(RENDERERS)}, each with =PATH; repeatable."
            ),
            click.option("--fail-on", type=click.Choice(["error", "warning", "never"])),
            click.option(
                "--rule", "rules", multiple=True, callback=_pairs, help="NAME=error|warning|info|off; repeatable."
            ),
            click.option("--timeout", type=float, help="Seconds that a revision may take (300)."),
        )
    ):
        command = option(command)
    return command


@cli.command()
@_project_options
@_postgres_options
@click.option("--base", metavar="REF", help="Judge what the revisions of this branch do to a database in use.")
@click.option(
    "--since", metavar="REV", help="As --base, for all revisions after REV (`base`: every one, `head`: none)."
)
@_report_options
def verify(**flags: Any) -> None:
    """Verify every revision: up, down, up again; both roads; models against the migrated schema."""
    _report(run_verify, flags)


@cli.command()
@_project_options
@_postgres_options
@click.option("--base", metavar="REF", help="The branch to merge into (in CI the pull request's, else origin/HEAD).")
@_report_options
def review(**flags: Any) -> None:
    """Show what this branch does to the schema of its base, to a database in use, and to running code."""
    _report(run_review, flags)


@cli.command()
@_project_options
@_report_options
def check(**flags: Any) -> None:
    """Check the text of the revisions alone: is the history whole, has it one head, was a released revision edited."""
    _report(lambda settings, _progress: run_check(settings), flags)


def _report(run: Callable[[Settings, Progress], Report], flags: dict[str, Any]) -> None:
    settings = load_settings(Path.cwd(), flags)
    outputs = [_output(f) for f in settings.formats]
    with Progress() as progress:
        report = run(settings, progress)
    for name, path in outputs:
        _write(report, name, path)
    raise SystemExit(report.exit_code(settings.fail_on))


def _output(text: str) -> tuple[str, Path | None]:
    name, _, path = text.partition("=")
    if name not in RENDERERS:
        raise UsageError(f"no format `{name}`", f"one of: {', '.join(RENDERERS)}")
    return name, Path(path) if path else None


def _write(report: Report, name: str, path: Path | None) -> None:
    if path is not None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(RENDERERS[name](report), "utf-8")
        except OSError as error:
            raise UsageError(f"{path} cannot be written: {error.strerror}", f"--format {name}=PATH") from error
    elif name == "terminal":
        terminal.render(report, Console(highlight=False, soft_wrap=True))
    else:
        sys.stdout.write(RENDERERS[name](report))


class Progress:
    """What is being done, on a terminal as one line that changes, elsewhere not at all but for the server."""

    def __init__(self) -> None:
        self._status: Status | None = Status("", console=_stderr) if _stderr.is_terminal else None

    def __enter__(self) -> Self:
        if self._status:
            self._status.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._status:
            self._status.stop()

    def __call__(self, stage: str, what: str) -> None:
        if self._status:
            self._status.update(visible(f"{stage}: {what}"))


@cli.command()
@_project_options
@_postgres_options
@click.option("--check", is_flag=True, help="Write nothing; exit 1 with the differences where a file is not current.")
@click.option("--reseal", multiple=True, metavar="REV", help="Record this released revision as it is now; repeatable.")
@click.option("--timeout", type=float, help="Seconds that a revision may take (300).")
def snapshot(check: bool, reseal: tuple[str, ...], **flags: Any) -> None:
    """Write the schema of the migrated heads to schema.sql, and the released revisions to history.lock."""
    settings = load_settings(Path.cwd(), flags)
    with Progress() as progress, provided(settings, progress) as server:
        files = schema_file.files(Ground(settings, server, progress), reseal)
    for thing in files.cannot:
        _stderr.print(visible(f"schema.sql cannot say: {thing}"), markup=False, soft_wrap=True)
    told = [_check(file) if check else _update(file) for file in (files.schema, files.lock)]
    raise SystemExit(ExitCode.FINDINGS if check and not all(told) else ExitCode.CLEAN)


def _check(file: schema_file.File) -> bool:
    name = os.path.relpath(file.path)
    if file.current or file.same:
        note = "" if file.current else ", in other words: written on another version of Postgres?"
        _stderr.print(f"{name} is current{note}", markup=False, soft_wrap=True)
        return True
    click.echo(visible(file.diff), nl=False)
    _stderr.print(f"{name} is not current; update it: alembic-proof snapshot", markup=False, soft_wrap=True)
    return False


def _update(file: schema_file.File) -> bool:
    name = os.path.relpath(file.path)
    if file.current:
        _stderr.print(f"{name} is current", markup=False, soft_wrap=True)
        return True
    schema_file.write(file)
    _stderr.print(f"{name} written", markup=False, soft_wrap=True)
    return True


@cli.command()
@click.argument("one", metavar="A")
@click.argument("other", metavar="B")
@_project_options
@_postgres_options
@click.option("--timeout", type=float, help="Seconds that a revision may take (300).")
def diff(one: str, other: str, **flags: Any) -> None:
    """Show what turns schema A into B: revisions (or base, head), files of SQL, URLs, which are only read.

    Exit code 0 where they are equal, 1 where they differ.
    """
    revisions = any(differ.side(text).kind == "revision" for text in (one, other))
    settings = load_settings(Path.cwd(), flags) if revisions else None
    server = settings or load_server_settings(Path.cwd(), {k: flags[k] for k in _SERVER_FLAGS})
    with Progress() as progress:
        changes = differ.differ(settings, request(server), one, other, progress)
    click.echo(visible(changes_text(changes)), nl=False)
    raise SystemExit(ExitCode.FINDINGS if changes else ExitCode.CLEAN)


_SERVER_FLAGS = ("postgres", "postgres_version", "image")


@cli.command()
def rules() -> None:
    """List the rules."""
    width = max(map(len, RULES))
    for rule in RULES.values():
        click.echo(f"{rule.name:{width}} {rule.severity.value:8} {rule.summary}")


@cli.command()
@click.argument("rule")
def explain(rule: str) -> None:
    """Say what a rule is about, why it matters, and the way out, with an example."""
    if rule not in RULES:
        raise UsageError(f"no rule `{rule}`", "see: alembic-proof rules")
    click.echo(explained(RULES[rule]), nl=False)


@cli.command("row-counts")
def row_counts() -> None:
    """Print the query that makes the file of row counts, from which costs are estimated.

    \b
    psql -At -F, -c "$(alembic-proof row-counts)" > migrations/row_counts.csv
    """
    click.echo(ROW_COUNTS_SQL)


cli.add_command(db)
cli.add_command(post)


def main() -> None:
    """Entry point; no traceback of ours for a user's mistake, and one to report for ours."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(ExitCode.INTERRUPTED))
    try:
        cli.main(standalone_mode=False)
    except ProofError as error:
        _say(error)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(ExitCode.USAGE)
    except (KeyboardInterrupt, click.Abort):
        _stderr.print("interrupted")
        sys.exit(ExitCode.INTERRUPTED)
    except Exception:  # noqa: BLE001  ours: unknown is never clean
        _stderr.print(f"a defect of alembic-proof {__version__}, please report it:", style="bold red")
        traceback.print_exc()
        sys.exit(ExitCode.COULD_NOT_VERIFY)


def _say(error: ProofError) -> None:
    _stderr.print(visible(f"alembic-proof: {error.message}"), markup=False, soft_wrap=True)
    if error.hint:
        _stderr.print(visible(f"way out: {error.hint}"), markup=False, soft_wrap=True)
    if error.detail:
        _stderr.print(visible(error.detail), markup=False, soft_wrap=True, style="dim")
