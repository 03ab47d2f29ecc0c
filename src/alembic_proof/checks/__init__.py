"""The checks, one module each: RULE, what it is and the way out, and `judge`, a pure function over the evidence."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

from alembic_proof.checks import (
    again_differs,
    again_fails,
    autogenerate_differs,
    broken,
    column_order,
    downgrade_fails,
    edited,
    irreversible,
    leaves_a_trace,
    merge_edited,
    merge_fails,
    merge_heads,
    merge_order_matters,
    models_differ,
    models_fail,
    multiple_heads,
    names_differ,
    not_recorded,
    offline_differs,
    offline_fails,
    offline_unrendered,
    one_step_differs,
    one_step_fails,
    order_matters,
    snapshot_differs,
    stale,
    to_base_differs,
    to_base_fails,
    unmodelled_difference,
    upgrade_fails,
)
from alembic_proof.checks.safety import SAFETY
from alembic_proof.findings import Finding, Rule
from alembic_proof.trace import Evidence

CHECKS: tuple[ModuleType, ...] = (
    broken,
    multiple_heads,
    edited,
    order_matters,
    merge_heads,
    merge_edited,
    merge_fails,
    merge_order_matters,
    upgrade_fails,
    not_recorded,
    one_step_fails,
    one_step_differs,
    offline_fails,
    offline_differs,
    offline_unrendered,
    again_fails,
    again_differs,
    downgrade_fails,
    irreversible,
    leaves_a_trace,
    to_base_fails,
    to_base_differs,
    snapshot_differs,
    unmodelled_difference,
    column_order,
    models_fail,
    models_differ,
    names_differ,
    autogenerate_differs,
    *SAFETY,
)

# acceptances are judged in `accept`, when all checks have spoken
RULES: dict[str, Rule] = {module.RULE.name: module.RULE for module in (*CHECKS, stale)}


def judge_all(evidence: Evidence) -> tuple[Finding, ...]:
    """What every check finds, in the order of the list."""
    judges: list[Callable[[Evidence], list[Finding]]] = [check.judge for check in CHECKS]
    return tuple(finding for judge in judges for finding in judge(evidence))
