"""Every error that ends a run: what is wrong, the way out, and the exit code.

`ProofError`
├── `UsageError`        2   command line, configuration, or a project that cannot be read
├── `CouldNotVerify`    3   no database, a crash, a time limit
└── `RefusedForSafety`  4   it would have touched something that is not ours
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What the process says to its caller."""

    CLEAN = 0
    FINDINGS = 1
    USAGE = 2
    COULD_NOT_VERIFY = 3
    REFUSED = 4
    INTERRUPTED = 130


class ProofError(Exception):
    """A run cannot go on; `message` says what and where, `hint` the way out, `detail` the evidence."""

    exit_code = ExitCode.COULD_NOT_VERIFY

    def __init__(self, message: str, hint: str = "", detail: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.detail = detail


class UsageError(ProofError):
    """The command line, the configuration or the project under test cannot be used as it is."""

    exit_code = ExitCode.USAGE


class CouldNotVerify(ProofError):
    """The run could not finish; unknown is never reported as clean."""

    exit_code = ExitCode.COULD_NOT_VERIFY


class RefusedForSafety(ProofError):
    """Going on would have touched a database that this run did not create."""

    exit_code = ExitCode.REFUSED
