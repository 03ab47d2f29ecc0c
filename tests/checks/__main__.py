"""`python -m checks [RULE ...] [--pg MAJOR]` in `tests`: what the tool says of the examples of these rules."""

import argparse
import tempfile
from pathlib import Path

from corpus.servers import at_hand

from alembic_proof.checks.safety import SAFETY
from alembic_proof.provision import provide
from alembic_proof.render import terminal

from .examples import examples, judged


def main() -> None:
    """Prints the report."""
    parser = argparse.ArgumentParser()
    parser.add_argument("rules", nargs="*")
    parser.add_argument("--pg", type=int, default=18)
    asked = parser.parse_args()
    chosen = [t for t in examples(m.RULE for m in SAFETY) if not asked.rules or t.rule.name in asked.rules]
    with provide(at_hand()[asked.pg]) as server, tempfile.TemporaryDirectory() as folder:
        revisions = [r for told in chosen for side in "bg" for r in told.revisions(side)]
        print(terminal.render(judged(Path(folder), server, revisions)))


main()
