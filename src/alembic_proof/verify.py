"""The whole verification, as a list of stages; the command line, the pytest plugin and the Action only call it."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path

from alembic_proof import schema_file
from alembic_proof.accept import apply_rules, apply_settings, require_known
from alembic_proof.branch import Branch
from alembic_proof.checks import broken, edited, judge_all, merge_fails
from alembic_proof.checks.drift import drift_of
from alembic_proof.compared import compare_branch, default_base
from alembic_proof.compat.table import compatibility
from alembic_proof.coverage import not_looked_at
from alembic_proof.errors import UsageError
from alembic_proof.findings import Finding, Severity
from alembic_proof.history import History, UnderTest
from alembic_proof.provision import provide
from alembic_proof.provision.server import Endpoint, Request, Server
from alembic_proof.released import read_released
from alembic_proof.report import Facts, Report
from alembic_proof.results import results
from alembic_proof.reviewing import review_of
from alembic_proof.rows.declared import declarations
from alembic_proof.settings import ServerSettings, Settings
from alembic_proof.tested import of_branch, under_test
from alembic_proof.trace import Evidence, Failure
from alembic_proof.walk import runs
from alembic_proof.walk.collect import Collector
from alembic_proof.walk.environment import merged, scrub
from alembic_proof.walk.estimates import read_row_counts
from alembic_proof.walk.lanes import both_lanes
from alembic_proof.walk.missing import explain_env_failure
from alembic_proof.walk.trials import estimated

Progress = Callable[[str, str], None]
Stage = Callable[["Verification"], "Verification"]


@dataclass(frozen=True)
class Verification:
    """What the stages hand on: each adds its part."""

    settings: Settings
    progress: Progress
    server: Server
    started: float
    walked: Collector | None = None
    plain: Collector | None = None
    evidence: Evidence = field(default_factory=lambda: Evidence(History()))
    incomplete: str | None = None
    findings: tuple[Finding, ...] = ()
    history: History = field(default_factory=History)
    branch: Branch | None = None
    others: tuple[str, ...] = ()


def verify(settings: Settings, progress: Progress = lambda _stage, _what: None) -> Report:
    """Runs every revision of the project on a Postgres that it provides, and reports.

    Raises ProofError where the project cannot be read, no database can be had, or safety forbids to go on.
    """
    return _verified(settings, progress, STAGES)


def review(settings: Settings, progress: Progress = lambda _stage, _what: None) -> Report:
    """As `verify`, for the revisions of a branch: what they do to the schema of its base, and to its data and code.

    Raises as `verify`, and UsageError where nothing says what the base is.
    """
    base = settings.base or default_base(settings.folder)
    return _verified(replace(settings, base=base, since=""), progress, REVIEW)


def _verified(settings: Settings, progress: Progress, stages: tuple[Stage, ...]) -> Report:
    require_known([*settings.rules, *(a.rule for a in settings.accept)])
    with provided(settings, progress) as server:
        verification = Verification(settings, progress, server, time.monotonic())
        for stage in stages:
            verification = stage(verification)
        return report(verification)


def read_history(settings: Settings) -> History:
    """The revisions as their files say them; no database, and no revision is imported."""
    return asyncio.run(runs.read_history(settings))


def request(settings: Settings | ServerSettings) -> Request:
    """What the settings ask of provisioning."""
    url = settings.postgres if "://" in settings.postgres else None
    route = "url" if url else settings.postgres
    return Request(route=route, version=settings.postgres_version, image=settings.image, url=url)


def provided(settings: Settings, progress: Progress) -> AbstractContextManager[Server]:
    """The server of the run."""
    progress("postgres", "starting")
    return provide(request(settings), lambda text: progress("postgres", text))


def read_branch(verification: Verification) -> Verification:
    """Which revisions the branch adds, touches, and has not seen; no database yet."""
    history = read_history(verification.settings)
    return replace(verification, history=history, branch=compare_branch(history, str(verification.settings.base)))


def run(verification: Verification) -> Verification:
    """The walk beside the plain commands: two lanes, since two processes use two cores."""
    ground = runs.Ground(verification.settings, verification.server, verification.progress)

    def choose(history: History) -> UnderTest:
        branch = verification.branch
        return of_branch(branch) if branch else under_test(history, verification.settings)

    lanes = both_lanes(ground, choose, verification.history, verification.branch)
    walked, incomplete, plain, evidence = asyncio.run(lanes)
    incomplete = incomplete or _unmeasured(evidence)
    return replace(verification, walked=walked, plain=plain, evidence=evidence, incomplete=incomplete)


def _unmeasured(evidence: Evidence) -> str | None:
    """Why what is under test could not be measured, where the walk passed all of it."""
    failure = evidence.measured.failure
    if failure is None or any(not s.ok for s in evidence.trace.of("upgrade")):
        return None
    place = f" ({failure.file}:{failure.line})" if failure.line else ""
    return f"the revisions under test passed once, and stop when they are measured: {failure}{place}"


def estimate_costs(verification: Verification) -> Verification:
    """What heavy statements under test cost per row; alone on the server, and after all else for that reason."""
    settings, evidence = verification.settings, verification.evidence
    counts = read_row_counts(settings.folder / settings.row_counts) if settings.row_counts else {}
    ground = runs.Ground(settings, verification.server, verification.progress)
    measured = asyncio.run(estimated(ground, evidence.measured, counts))
    return replace(verification, evidence=replace(evidence, measured=measured))


def read_broken_history(verification: Verification) -> Verification:
    """Where nothing could be planned: is it the history, which file, or env.py?"""
    evidence = verification.evidence
    if evidence.trace.plan or evidence.upgrade is None or evidence.upgrade.finished:
        return verification
    ground = runs.Ground(verification.settings, verification.server, verification.progress)
    errors = asyncio.run(_import_errors(ground))
    return replace(verification, evidence=replace(evidence, import_errors=errors))


async def _import_errors(ground: runs.Ground) -> tuple[Failure, ...]:
    async with runs.open_database(ground, "history") as database:
        collector, _ = await runs.do(ground, database, "history")
        return collector.import_errors


def read_history_seal(verification: Verification) -> Verification:
    """What was released, where the project records it, and what git says of it."""
    evidence = verification.evidence
    return replace(verification, evidence=replace(evidence, seal=read_released(evidence.history)))


def read_schema_file(verification: Verification) -> Verification:
    """The committed schema, where it is not the migrated one."""
    evidence = verification.evidence
    if evidence.upgrade is None or not evidence.upgrade.finished:
        return verification
    ground = runs.Ground(verification.settings, verification.server, verification.progress)
    table = evidence.context.version_table_identity
    found = schema_file.committed(ground, evidence.history, evidence.upgrade.schema, table)
    return replace(verification, evidence=replace(evidence, committed=found))


def read_declarations(verification: Verification) -> Verification:
    """The losses that revisions under test declare in comments."""
    evidence = verification.evidence
    tested = [evidence.history.by_id.get(p.revision) for p in evidence.measured.passages]
    paths = [(r.id, Path(r.file)) for r in tested if r is not None and r.id is not None]
    declared = tuple((i, declarations(p.read_text("utf-8", "replace"))) for i, p in paths if p.exists())
    return replace(verification, evidence=replace(evidence, declared=declared))


def check(verification: Verification) -> Verification:
    """Every check over the same evidence."""
    return replace(verification, findings=judge_all(verification.evidence))


def require_a_run(verification: Verification) -> Verification:
    """A project that never got as far as a revision, for no reason that a check names, cannot be read."""
    evidence, settings = verification.evidence, verification.settings
    failure = evidence.trace.failure or (evidence.upgrade.failure if evidence.upgrade else None)
    named = any(f.rule != edited.RULE.name for f in verification.findings)  # an edit stops no run
    if evidence.trace.plan or named or (evidence.history.folders and not evidence.history.revisions):
        require_revisions(evidence.history)
        return verification
    if verification.walked is not None and not verification.walked.versions:
        message = f"{settings.python} cannot run the verification: {failure}"
        said = "\n".join(failure.traceback) if failure else ""
        raise UsageError(message, "name the project's own interpreter: --python .venv/bin/python", said)
    if failure is not None:
        raise explain_env_failure(failure, settings)
    raise UsageError(
        "env.py ended without an error and without running a revision",
        "let it call context.run_migrations() in online mode too",
    )


def require_revisions(history: History) -> None:
    """A project without any is a mistake of the settings."""
    if not history.revisions:
        raise UsageError(f"no revisions in {', '.join(history.folders)}", 'create one: alembic revision -m "first"')


def accept(verification: Verification) -> Verification:
    """Accepted findings get their reason, stale acceptances become findings; severities from the settings.

    A history that cannot be read is a finding, not an unfinished run, as long as the finding counts.
    """
    settings = verification.settings
    found = apply_settings(verification.findings, settings.accept, verification.evidence.history)
    found = apply_rules(found, settings.rules)
    told = any(f.rule == broken.RULE.name and f.severity is Severity.ERROR and f.accepted is None for f in found)
    return replace(verification, findings=found, incomplete=None if told else verification.incomplete)


def of_the_branch(verification: Verification) -> Verification:
    """What older revisions have wrong was there before; a reviewer is told how much, and where to read it.

    What stops every upgrade is told all the same, and what the models of the branch say otherwise than its migrations.
    """
    branch = verification.branch
    assert branch is not None
    mine = branch.judged | set(branch.unseen_ids) | {t.revision for t in branch.touched}
    kept = tuple(f for f in verification.findings if f.revision in mine or _is_everyones(f))
    left = len(
        [f for f in verification.findings if f not in kept and f.severity is not Severity.INFO and not f.accepted]
    )
    said = (f"{left} finding(s) of revisions that were there before this branch: alembic-proof verify",) if left else ()
    return replace(
        verification, findings=kept, others=said, incomplete=verification.incomplete or _unreviewed(kept, verification)
    )


def _unreviewed(findings: tuple[Finding, ...], verification: Verification) -> str | None:
    """Why the branch could not be run on its base, where it runs by itself and no finding says it."""
    run = verification.evidence.merged
    if run is None or run.failure is None or _fails_by_itself(verification.evidence):
        return None
    if any(f.rule == merge_fails.RULE.name for f in findings):
        return None
    return f"the branch could not be run on its base: {run.failed or 'its revisions'}: {run.failure}"


def _fails_by_itself(evidence: Evidence) -> bool:
    """Whether the walk or the plain upgrade stops, too: then they tell it."""
    walked = any(not step.ok or step.alone for step in evidence.trace.of("upgrade"))
    return walked or evidence.upgrade is None or not evidence.upgrade.finished


def _is_everyones(finding: Finding) -> bool:
    """Information on what is no revision's, such as an order of columns, is nobody's."""
    if finding.severity is Severity.INFO and finding.accepted is None:
        return False
    return finding.revision is None or finding.rule.startswith(_EVERYONES)


_EVERYONES = ("history/", "merge/", "drift/", "upgrade/fails", "upgrade/not-recorded")

STAGES: tuple[Stage, ...] = (
    run,
    estimate_costs,
    read_broken_history,
    read_history_seal,
    read_schema_file,
    read_declarations,
    check,
    require_a_run,
    accept,
)
REVIEW: tuple[Stage, ...] = (read_branch, *STAGES, of_the_branch)


def report(verification: Verification) -> Report:
    """The value that every renderer reads."""
    evidence, settings, server = verification.evidence, verification.settings, verification.server
    _, replaced = scrub(os.environ, settings.env_for_project, Endpoint("", 0, "", "", ""))
    version = f"{server.version // 10000}.{server.version % 10000}"
    facts = Facts(
        server=f"PostgreSQL {version}",
        route=server.route,
        why=server.why,
        project=verification.walked.versions if verification.walked else "",
        driver=evidence.context.driver,
        replaced=replaced,
    )
    return Report(
        findings=verification.findings,
        revisions=results(evidence),
        coverage=(
            *not_looked_at(
                evidence,
                verification.walked.missed if verification.walked else (),
                merged(os.environ, settings.env_for_project),
            ),
            *verification.others,
        ),
        unmodelled=drift_of(evidence).unmodelled,
        facts=facts,
        seconds=time.monotonic() - verification.started,
        incomplete=verification.incomplete,
        measured=evidence.measured,
        compatibility=compatibility(evidence.measured.passages) if evidence.measured.passages else None,
        review=review_of(evidence),
    )
