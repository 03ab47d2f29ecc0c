"""Names of places in the page: the same for the same thing in every run, so that a comment can link to them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256

from alembic_proof.findings import Finding
from alembic_proof.render.parts import fingerprints
from alembic_proof.render.text import without_secrets
from alembic_proof.report import Report
from alembic_proof.review import Object


def object_anchor(thing: Object) -> str:
    """Of an object, by its kind and name."""
    return _anchor("object", thing.subject)


def places(report: Report) -> Mapping[str, str]:
    """Where the changed objects are told, by their names and those of their parts."""
    found: dict[str, str] = {}
    for thing in report.review.objects if report.review else ():
        anchor = object_anchor(thing)
        found[thing.identity] = anchor
        for detail in thing.details:
            found.setdefault(detail.identity, anchor)
    return found


def revision_anchor(revision: str) -> str:
    """Of a revision's statements."""
    return _anchor("revision", revision)


def finding_anchors(report: Report) -> Mapping[int, str]:
    """Of every finding, by its `id()`; equal ones are told apart by their order."""
    findings = (*report.open_findings, *report.accepted_findings)
    marks = fingerprints((f.rule, f.revision, f.object) for f in findings)
    return {id(f): finding_anchor(f, mark) for f, mark in zip(findings, marks, strict=True)}


def finding_anchor(finding: Finding, mark: str) -> str:
    """Of one finding, by its fingerprint."""
    return f"finding-{_slug(finding.rule)}-{mark[:8]}"


def _anchor(what: str, name: str) -> str:
    mark = sha256(name.encode("utf-8", "backslashreplace")).hexdigest()[:8]
    return f"{what}-{_slug(name)}-{mark}"


def _slug(name: str) -> str:
    """What of a name can be read in a link; the hash tells the rest apart."""
    return re.sub(r"[^a-z0-9]+", "-", without_secrets(name).lower()).strip("-")[:48].strip("-") or "x"
