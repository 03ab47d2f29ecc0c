"""Values: the report, and what it says to the caller."""

from __future__ import annotations

from dataclasses import dataclass, field

from alembic_proof.compat.table import Compatibility
from alembic_proof.errors import ExitCode
from alembic_proof.findings import Finding, Severity
from alembic_proof.review import Review
from alembic_proof.trace import Measured

SCHEMA_VERSION = 1
_RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2, Severity.OFF: 3}
# what stops every deployment, then what it loses, breaks and blocks, then what shows later
_WORST_FIRST = (
    *("history/", "merge/", "upgrade/fails", "upgrade/not-recorded", "upgrade/one-step"),
    *("data/", "compat/", "lock/", "upgrade/", "downgrade/", "drift/", "schema/"),
)


def _badness(finding: Finding) -> tuple[int, int]:
    family = next((n for n, start in enumerate(_WORST_FIRST) if finding.rule.startswith(start)), len(_WORST_FIRST))
    return _RANK[finding.severity], family


@dataclass(frozen=True)
class RevisionResult:
    """One line of the report: a revision and how each direction went (`ok`, `failed`, `not run`)."""

    id: str
    message: str
    file: str
    upgrade: str
    downgrade: str
    again: str
    seconds: float
    statements: int
    added: int = 0
    removed: int = 0


@dataclass(frozen=True)
class Facts:
    """Where it ran."""

    server: str = ""
    route: str = ""
    why: str = ""
    project: str = ""
    driver: str = ""
    replaced: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """All that a renderer needs; `incomplete` says why the run could not finish; `review`: of a branch and its base."""

    findings: tuple[Finding, ...] = ()
    revisions: tuple[RevisionResult, ...] = ()
    coverage: tuple[str, ...] = ()
    unmodelled: tuple[str, ...] = ()
    facts: Facts = field(default_factory=Facts)
    seconds: float = 0.0
    incomplete: str | None = None
    measured: Measured = field(default_factory=Measured)
    compatibility: Compatibility | None = None
    review: Review | None = None

    @property
    def open_findings(self) -> tuple[Finding, ...]:
        """Worst first; without the accepted ones."""
        return tuple(sorted((f for f in self.findings if f.accepted is None), key=_badness))

    @property
    def accepted_findings(self) -> tuple[Finding, ...]:
        """Findings that somebody gave a reason for."""
        return tuple(f for f in self.findings if f.accepted is not None)

    def count(self, severity: Severity) -> int:
        """Open findings of one severity."""
        return sum(f.severity == severity for f in self.open_findings)

    @property
    def verdict(self) -> str:
        """`clean`, `findings` or `could not verify`."""
        if self.incomplete:
            return "could not verify"
        return "findings" if self.count(Severity.ERROR) + self.count(Severity.WARNING) else "clean"

    def exit_code(self, fail_on: str = "error") -> ExitCode:
        """What the process returns."""
        if self.incomplete:
            return ExitCode.COULD_NOT_VERIFY
        bad = self.count(Severity.ERROR) + (self.count(Severity.WARNING) if fail_on == "warning" else 0)
        return ExitCode.FINDINGS if bad and fail_on != "never" else ExitCode.CLEAN
