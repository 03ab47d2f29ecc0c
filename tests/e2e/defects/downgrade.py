"""Downgrades that fail, that are missing, or that do not restore what was there."""

from defects import HEAD, Defect, edit, revision

TRACE = "downgrade/leaves-a-trace"
NEW = "a1b2c3d4e5f6"
DOWNGRADE = "def downgrade() -> None:"
DROP_VIEW = '    """Drop the view."""\n    op.execute("DROP VIEW job_overview")'
DROP_INDEX = """\
            op.f("NAME"),
            table_name="job",
            postgresql_concurrently=True,
            if_exists=True,
        )
        op.execute("RESET"""
LATEST = "CREATE VIEW latest AS SELECT max(id) AS id FROM job"


def trace(name: str, id_: str, object_: str, says: str, *edits: object, also: tuple[str, ...] = ()) -> Defect:
    """A downgrade that leaves a trace; it is shown where it is defined."""
    return Defect(name, edits, TRACE, id_, object=object_, at="def downgrade", says=says, also=also)  # type: ignore[arg-type]


def sql(upgrade: str, downgrade: str) -> object:
    """A new revision of one statement each way."""
    return revision(NEW, f'op.execute("{upgrade}")', f'op.execute("{downgrade}")')


FAILS = (
    Defect(
        "constraint-without-a-name",
        (
            edit(
                "524cb5509d7b",
                '    op.drop_column("job", "max_attempts")',
                '    op.drop_constraint(None, "job", type_="check")\n    op.drop_column("job", "max_attempts")',
            ),
        ),
        "downgrade/fails",
        "524cb5509d7b",
        object="524cb5509d7b",
        at="op.drop_constraint(None",
    ),
    Defect(
        "missing-object",
        (edit(HEAD, "DROP VIEW job_overview", "DROP VIEW jobs_overview"),),
        "downgrade/fails",
        HEAD,
        object=HEAD,
        at="DROP VIEW jobs_overview",
        says="does not exist",
    ),
    Defect(
        "wrong-sql",
        (edit(HEAD, "DROP VIEW job_overview", "DROP VEIW job_overview"),),
        "downgrade/fails",
        HEAD,
        object=HEAD,
        at="DROP VEIW",
        says="syntax error",
    ),
    Defect(
        "downgrade-python-error",
        (edit("f7f13667ad49", "op.drop_table(", "op.drop_tabel("),),
        "downgrade/fails",
        "f7f13667ad49",
        object="f7f13667ad49",
        at="op.drop_tabel(",
        says="drop_tabel",
    ),
    Defect(
        "half-down-and-committed",
        (
            edit(
                "54cbd7d621ad",
                '        op.execute("RESET lock_timeout")\n\n\ndef downgrade() -> None:\n'
                '    """Drop the index while the table is read and written."""\n',
                '        op.execute("RESET lock_timeout")\n\n\ndef downgrade() -> None:\n'
                '    """Drop the index while the table is read and written."""\n'
                "    with op.get_context().autocommit_block():\n"
                '        op.execute("DROP INDEX ix_job_status_time_created")\n'
                '        op.execute("DROP INDEX ix_job_status_time_created")\n',
            ),
        ),
        "downgrade/fails",
        "54cbd7d621ad",
        object="54cbd7d621ad",
        at='op.execute("DROP INDEX ix_job_status_time_created")',
        says="does not exist",
    ),
    Defect(
        "not-implemented",
        (edit(HEAD, DROP_VIEW, "    raise NotImplementedError"),),
        "downgrade/irreversible",
        HEAD,
        object=HEAD,
        at="raise NotImplementedError",
        says="by decision",
    ),
    Defect(
        "pass",
        (edit(HEAD, DROP_VIEW, "    pass"),),
        "downgrade/irreversible",
        HEAD,
        object=HEAD,
        at="def downgrade",
        says="empty",
        also=("downgrade/to-base-fails",),  # what the view reads cannot be dropped
    ),
    Defect(
        "no-function",
        (revision(NEW, f'op.execute("{LATEST}")', None),),
        "downgrade/irreversible",
        NEW,
        object=NEW,
        at="revision = ",
        says="missing",
    ),
    Defect(
        "rows-in-the-way",
        (
            edit("models/worker.py", '        UniqueConstraint("name"),\n', ""),
            revision(
                NEW,
                'op.drop_constraint("uq_worker_name", "worker", type_="unique")',
                'op.create_unique_constraint("uq_worker_name", "worker", ["name"])',
            ),
            revision(
                "b1b2c3d4e5f6",
                'op.execute("DELETE FROM worker")',
                "op.execute(\"INSERT INTO worker (name) VALUES ('same'), ('same')\")",
                parent=NEW,
            ),
        ),
        "downgrade/to-base-fails",
        NEW,
        object=NEW,
        at="op.create_unique_constraint(",
        says="uq_worker_name",
    ),
)

TRACES = (
    trace(
        "enum-stays",
        "4edb8b61410f",
        "public.job_status",
        "a second upgrade then fails",
        edit("4edb8b61410f", '\n    op.execute("DROP TYPE job_status")', ""),
    ),
    trace(
        "not-null-stays",
        "3f746faed2db",
        "public.job.status",
        "not null: have yes, want no",
        edit("3f746faed2db", '\n    op.alter_column("job", "status", nullable=True)', ""),
    ),
    trace(
        "server-default-lost",
        NEW,
        "public.job.max_attempts",
        "default: have none, want 3",
        edit("models/job.py", 'text("3")', 'text("5")'),
        revision(
            NEW,
            'op.alter_column("job", "max_attempts", server_default="5")',
            'op.alter_column("job", "max_attempts", server_default=None)',
        ),
    ),
    trace(
        "type-stays",
        NEW,
        "public.job.email",
        "type: have text, want character varying",
        edit("models/job.py", "    email: Mapped[str | None]", "    email: Mapped[str | None] = mapped_column(Text)"),
        edit("models/job.py", "Index, text", "Index, Text, text"),
        revision(
            NEW,
            'op.alter_column("job", "email", type_=sa.Text())',
            'op.alter_column("job", "email", existing_type=sa.String())',
        ),
    ),
    trace(
        "index-stays",
        "54cbd7d621ad",
        "public.ix_job_status_time_created",
        "is there and should not be",
        edit(
            "54cbd7d621ad",
            DROP_INDEX.replace("NAME", "ix_job_status_time_created"),
            DROP_INDEX.replace("NAME", "ix_job_time_created"),
        ),
    ),
    trace(
        "index-on-another-column",
        NEW,
        "public.ix_job_event_job_id",
        "(kind)",
        edit("models/job_event.py", '"job.id", ondelete="CASCADE"), index=True)', '"job.id", ondelete="CASCADE"))'),
        revision(
            NEW,
            'op.drop_index("ix_job_event_job_id", "job_event")',
            'op.create_index("ix_job_event_job_id", "job_event", ["kind"])',
        ),
    ),
    trace(
        "unique-index-comes-back-plain",
        "b1b2c3d4e5f6",
        "public.once",
        "UNIQUE",
        revision(NEW, 'op.execute("CREATE UNIQUE INDEX once ON job_event (kind)")', 'op.execute("DROP INDEX once")'),
        revision(
            "b1b2c3d4e5f6",
            'op.execute("DROP INDEX once")',
            'op.execute("CREATE INDEX once ON job_event (kind)")',
            parent=NEW,
        ),
    ),
    trace(
        "check-stays",
        "e667a286fbb0",
        "public.job.ck_job_status_present",
        "a second upgrade then fails",
        edit(
            "e667a286fbb0",
            'op.drop_constraint(op.f("ck_job_status_present"), "job", type_="check")',
            'op.drop_constraint(op.f("ck_job_status"), "job", type_="check", if_exists=True)',
        ),
    ),
    trace(
        "on-delete-lost",
        "d5029a7be4c8",
        "public.job_attempt.fk_job_attempt_worker_id_worker",
        "ON DELETE SET NULL",
        edit("d5029a7be4c8", '        ondelete="SET NULL",\n', ""),
    ),
    trace(
        "not-valid-becomes-valid",
        "47ff7f2a6cda",
        "public.job.ck_job_max_attempts_positive",
        "want CHECK ((max_attempts > 0)) NOT VALID",
        edit("47ff7f2a6cda", '"max_attempts > 0", postgresql_not_valid=True', '"max_attempts > 0"'),
    ),
    trace(
        "another-view",
        NEW,
        "public.job_overview",
        "definition",
        sql(
            "CREATE OR REPLACE VIEW job_overview AS SELECT id, image, status, 0::bigint AS seconds, "
            "0::bigint AS attempts, max_attempts FROM job",
            "CREATE OR REPLACE VIEW job_overview AS SELECT id, image, status, 1::bigint AS seconds, "
            "0::bigint AS attempts, max_attempts FROM job",
        ),
    ),
    trace(
        "trigger-stays",
        NEW,
        "public.worker.quiet",
        "is there and should not be",
        sql(
            "CREATE TRIGGER quiet BEFORE UPDATE ON worker "
            "FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
            "DROP TRIGGER IF EXISTS quiet ON job",
        ),
    ),
    trace(
        "function-stays",
        "f3d22cde8cee",
        "public.job_status_from_phase()",
        "is there and should not be",
        edit("f3d22cde8cee", '\n    op.execute("DROP FUNCTION job_status_from_phase()")', ""),
    ),
    trace(
        "trigger-only-disabled",
        "f3d22cde8cee",
        "public.job_status_from_phase()",
        "trigger public.job.job_status_from_phase",
        edit(
            "f3d22cde8cee",
            '    op.execute("DROP TRIGGER job_status_from_phase ON job")\n'
            '    op.execute("DROP FUNCTION job_status_from_phase()")',
            '    op.execute("ALTER TABLE job DISABLE TRIGGER job_status_from_phase")',
        ),
    ),
    trace(
        "function-comes-back-otherwise",
        NEW,
        "public.job_status_from_phase()",
        "definition",
        revision(
            NEW,
            'op.execute("CREATE OR REPLACE FUNCTION job_status_from_phase() RETURNS trigger LANGUAGE plpgsql AS '
            '$$BEGIN NEW.deleted := 0; RETURN NEW; END$$")',
            'op.execute("CREATE OR REPLACE FUNCTION job_status_from_phase() RETURNS trigger LANGUAGE plpgsql AS '
            '$$BEGIN RETURN NEW; END$$")',
        ),
    ),
    trace(
        "comment-stays",
        NEW,
        "public.job_overview",
        "comment: have for people, want none",
        sql("COMMENT ON VIEW job_overview IS 'for people'", "COMMENT ON VIEW job_overview IS 'for people'"),
    ),
    trace(
        "grant-stays",
        NEW,
        "public.job",
        "PUBLIC=SELECT",
        sql("GRANT SELECT, INSERT ON job TO PUBLIC", "REVOKE INSERT ON job FROM PUBLIC"),
    ),
    trace(
        "sequence-option-stays",
        NEW,
        "public.worker_id_seq",
        "cache: have 5, want 1",
        edit("models/worker.py", "Identity(always=False)", "Identity(always=False, cache=10)"),
        sql("ALTER SEQUENCE worker_id_seq CACHE 10", "ALTER SEQUENCE worker_id_seq CACHE 5"),
    ),
    trace(
        "column-stays",
        "524cb5509d7b",
        "public.job.max_attempts",
        "is there and should not be",
        edit(
            "524cb5509d7b",
            'op.drop_column("job", "max_attempts")',
            'op.drop_constraint(op.f("ck_job_max_attempts_positive"), "job", type_="check")',
        ),
    ),
    trace(
        "table-stays",
        "c14d084f636b",
        "public.job_attempt",
        "is there and should not be",
        edit("c14d084f636b", 'op.drop_table("job_attempt")', 'op.execute("DROP TABLE IF EXISTS job_attempts")'),
        also=("downgrade/to-base-fails",),
    ),
    trace(
        "schema-stays",
        NEW,
        "audit",
        "is there and should not be",
        sql("CREATE SCHEMA IF NOT EXISTS audit", "DROP SCHEMA IF EXISTS audits"),
    ),
    trace(
        "row-security-stays",
        NEW,
        "public.job",
        "row security: have yes, want no",
        revision(
            NEW,
            'op.execute("ALTER TABLE job ENABLE ROW LEVEL SECURITY")\n'
            'op.execute("CREATE POLICY own ON job USING (true)")',
            'op.execute("DROP POLICY own ON job")',
        ),
    ),
    trace(
        "statistics-stay",
        NEW,
        "public.together",
        "is there and should not be",
        sql("CREATE STATISTICS together ON phase, status FROM job", "DROP STATISTICS IF EXISTS apart"),
    ),
    trace(
        "domain-loses-its-check",
        "b1b2c3d4e5f6",
        "public.email.email_check",
        "is not there and should be",
        revision(
            NEW,
            "op.execute(\"CREATE DOMAIN email AS text CONSTRAINT email_check CHECK (VALUE LIKE '%@%')\")",
            'op.execute("DROP DOMAIN email")',
        ),
        revision(
            "b1b2c3d4e5f6", 'op.execute("DROP DOMAIN email")', 'op.execute("CREATE DOMAIN email AS text")', parent=NEW
        ),
    ),
    trace(
        "default-grants-stay",
        NEW,
        "on tables by (owner) in public",
        "is there and should not be",
        sql(
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC",
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC",
        ),
    ),
)

TO_BASE = (
    Defect(
        "stays-while-there-are-rows",
        (
            revision(
                NEW,
                'op.execute("CREATE VIEW one AS SELECT 1 AS n")',
                'if not op.get_bind().execute(sa.text("SELECT count(*) FROM worker")).scalar():\n'
                '    op.execute("DROP VIEW one")',
            ),
            revision(
                "b1b2c3d4e5f6",
                "op.execute(\"INSERT INTO worker (name) VALUES ('first') ON CONFLICT DO NOTHING\")",
                'op.execute("ANALYZE worker")',
                parent=NEW,
            ),
        ),
        "downgrade/to-base-differs",
        NEW,
        object="public.one",
        at="def downgrade",
        says="view public.one is there and should not be",
    ),
)

DEFECTS = FAILS + TRACES + TO_BASE
