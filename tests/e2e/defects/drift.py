"""Models that say something else than the migrated schema; and acceptances of what is not there."""

from defects import HEAD, Defect, edit, revision, write

JOB, WORKER = "fd23b24f6f9a", "3a29c9abba65"
UPGRADE = "def upgrade"


def drift(name: str, id_: str | None, object_: str, says: str, *edits: object) -> Defect:
    """A change of the models; the finding is shown at the revision that last touched the object, if one did."""
    at = UPGRADE if id_ else None
    return Defect(name, edits, "drift/models-differ", id_, object=object_, at=at, says=says)  # type: ignore[arg-type]


def stale(where: str) -> str:
    """An acceptance in the settings."""
    return f'[tool.alembic-proof]\naccept = [{{ rule = "downgrade/fails", {where}, reason = "once it did" }}]\n'


DEFECTS = (
    drift(
        "column-only-in-models",
        None,
        "public.job.new_field",
        f"public.job was created by {JOB}",
        edit(
            "models/job.py",
            "    job_info: Mapped[str | None]\n",
            "    job_info: Mapped[str | None]\n    new_field: Mapped[str | None]\n",
        ),
    ),
    drift(
        "column-only-migrated",
        JOB,
        "public.job.user_agent",
        "in the migrated schema and not in the models",
        edit("models/job.py", "    user_agent: Mapped[str]\n", ""),
    ),
    drift(
        "type",
        JOB,
        "public.job.image",
        "type: have character varying, want text",
        edit("models/job.py", "    image: Mapped[str]", "    image: Mapped[str] = mapped_column(Text)"),
        edit("models/job.py", "Index, text", "Index, Text, text"),
    ),
    drift(
        "nullable",
        JOB,
        "public.job.email",
        "not null: have no, want yes",
        edit("models/job.py", "    email: Mapped[str | None]", "    email: Mapped[str]"),
    ),
    drift(
        "default",
        "524cb5509d7b",
        "public.job.max_attempts",
        "default: have 3, want 4",
        edit("models/job.py", 'text("3")', 'text("4")'),
    ),
    drift(
        "check",
        WORKER,
        "public.worker.ck_worker_slots_positive",
        "slots >= 0",
        edit("models/worker.py", '"slots > 0"', '"slots >= 0"'),
    ),
    drift(
        "index-predicate",
        "54cbd7d621ad",
        "public.ix_job_status_time_created",
        "WHERE",
        edit(
            "models/job.py",
            'Index(None, "status", "time_created")',
            'Index(None, "status", "time_created", postgresql_where=text("deleted = 0"))',
        ),
    ),
    drift(
        "index-only-in-models",
        None,
        "public.ix_job_email",
        "in the models and not in the migrated schema",
        edit(
            "models/job.py",
            "    email: Mapped[str | None]",
            "    email: Mapped[str | None] = mapped_column(index=True)",
        ),
    ),
    drift(
        "enum-label",
        "4edb8b61410f",
        "public.job_status",
        "paused",
        edit("models/job.py", '    UNKNOWN = "unknown"', '    UNKNOWN = "unknown"\n    PAUSED = "paused"'),
    ),
    drift(
        "on-delete",
        "d5029a7be4c8",
        "public.job_attempt.fk_job_attempt_worker_id_worker",
        "ON DELETE CASCADE",
        edit("models/job_attempt.py", 'ondelete="SET NULL"', 'ondelete="CASCADE"'),
    ),
    drift(
        "comment",
        WORKER,
        "public.worker",
        "comment: have Machines that run jobs, want Machines",
        edit("models/worker.py", "Machines that run jobs", "Machines"),
    ),
    drift(
        "identity",
        WORKER,
        "public.worker.id",
        "identity: have d, want a",
        edit("models/worker.py", "Identity(always=False)", "Identity(always=True)"),
    ),
    drift(
        "model-not-imported",
        "f7f13667ad49",
        "public.job_event",
        "table public.job_event is in the migrated schema and not in the models",
        edit("models/__init__.py", "from models.job_event import JobEvent\n", ""),
        edit("models/__init__.py", '"JobEvent", ', ""),
    ),
    drift(
        "unique-only-migrated",
        "c14d084f636b",
        "public.job_attempt.uq_job_attempt_job_id_number",
        "in the migrated schema and not in the models",
        edit("models/job_attempt.py", '    __table_args__ = (UniqueConstraint("job_id", "number"),)\n', ""),
    ),
    Defect(
        "name-of-a-constraint",
        (edit("models/worker.py", 'UniqueConstraint("name")', 'UniqueConstraint("name", name="worker_name_key")'),),
        "drift/names-differ",
        WORKER,
        object="public.worker.uq_worker_name",
        at=UPGRADE,
        says="worker_name_key",
    ),
    Defect(
        "name-of-an-index",
        (edit("models/job.py", 'Index(None, "status"', 'Index("job_queue", "status"'),),
        "drift/names-differ",
        "54cbd7d621ad",
        object="public.ix_job_status_time_created",
        at=UPGRADE,
        says="job_queue",
    ),
    Defect(
        "models-that-cannot-be-created",
        (edit("models/job.py", 'text("3")', 'text("no_such_function()")'),),
        "drift/models-fail",
        object="create_all",
        says="no_such_function() does not exist",
    ),
    Defect(
        "autogenerate-proposes-what-is-there",
        (
            edit(
                "models/job.py",
                "        # the scheduler",
                '        Index("job_words", text("(type || \' \' || image)")),\n        # the scheduler',
            ),
            revision(
                "0a5d11c0ffee",
                "op.execute(\"CREATE INDEX job_words ON job ((type || ' ' || image))\")",
                'op.drop_index("job_words")',
            ),
        ),
        "drift/autogenerate-differs",
        object="public.job_words",
        says="Postgres writes in its own way",
        arguments=("--rule", "drift/autogenerate-differs=warning"),
    ),
    Defect(
        "stale-comment",
        (
            edit(
                HEAD,
                "def downgrade() -> None:",
                "# alembic-proof: accept downgrade/fails: the view may be gone\ndef downgrade() -> None:",
            ),
        ),
        "accept/stale",
        HEAD,
        object=HEAD,
        at="# alembic-proof: accept",
        says="downgrade/fails",
    ),
    Defect(
        "stale-setting-for-a-revision",
        (write("pyproject.toml", stale(f'revision = "{HEAD}"')),),
        "accept/stale",
        HEAD,
        object=HEAD,
        says="downgrade/fails",
    ),
    Defect(
        "stale-setting-for-an-object",
        (write("pyproject.toml", stale('object = "public.job.email"')),),
        "accept/stale",
        object="public.job.email",
        says="downgrade/fails",
    ),
)
