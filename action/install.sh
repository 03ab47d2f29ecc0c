#!/usr/bin/env bash
# Installs alembic-proof as this action has it, in an environment of its own beside the project's.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

if [[ -n "$PROOF_EXECUTABLE" ]]; then
  executable="$(command -v "$PROOF_EXECUTABLE")"
  output executable "$executable"
  exit
fi

for python in python3 python python3.14 python3.13 python3.12 python3.11; do
  if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then
    folder="$(mktemp -d "$RUNNER_TEMP/alembic-proof-XXXXXX")"
    "$python" -m venv "$folder"
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check "${GITHUB_ACTION_PATH}[embedded,containers]"
    output executable "$folder/bin/alembic-proof"
    exit
  fi
done
echo "::error title=alembic-proof::needs a Python of 3.11 or later beside the project's own: use actions/setup-python"
exit 2
