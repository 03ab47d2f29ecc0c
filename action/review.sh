#!/usr/bin/env bash
# Runs `alembic-proof review` and makes its reports the outputs, the summary and the annotations of this job.
# Ends well whatever was found: a later step fails with the exit code, when the comment is there.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

reports="$(mktemp -d "$RUNNER_TEMP/alembic-proof-reports-XXXXXX")"
command=("$PROOF" review --format terminal --format "json=$reports/report.json" --format "html=$reports/report.html"
  --format "markdown=$reports/comment.md" --format "summary=$reports/summary.md" --format "github=$reports/annotations")

# the name of an option, and its value where there is one
option() {
  if [[ -n "$2" ]]; then
    command+=("$1" "$2")
  fi
}
option --base "$PROOF_BASE"
option --postgres "$PROOF_POSTGRES"
option --postgres-version "$PROOF_POSTGRES_VERSION"
option --config "$PROOF_CONFIG"
option --python "$PROOF_PYTHON"
option --fail-on "$PROOF_FAIL_ON"
while IFS= read -r line; do
  if [[ -n "$line" ]]; then
    command+=("$line")
  fi
done <<< "$PROOF_ARGS"

# the project's environment, where nobody activated it: alembic-proof has one of its own
if [[ -z "${VIRTUAL_ENV:-}" && -x .venv/bin/python ]]; then
  export VIRTUAL_ENV="$PWD/.venv"
elif [[ -z "${VIRTUAL_ENV:-}" ]] && python="$(command -v python || command -v python3)"; then
  VIRTUAL_ENV="$("$python" -c 'import sys; print(sys.prefix)')"
  export VIRTUAL_ENV
fi

# the inputs are no variables of the project's
export -n PROOF PROOF_BASE PROOF_POSTGRES PROOF_POSTGRES_VERSION PROOF_CONFIG PROOF_PYTHON PROOF_FAIL_ON PROOF_ARGS

# what the project's code prints is no command to the runner, and its files of commands are not the code's to write
resume="$(random)"
echo "::stop-commands::$resume"
code=0
env -u GITHUB_ENV -u GITHUB_PATH -u GITHUB_OUTPUT -u GITHUB_STATE -u GITHUB_STEP_SUMMARY "${command[@]}" || code=$?
echo "::$resume::"

# the path of a report, where there is one
made() {
  if [[ -s "$reports/$1" ]]; then
    echo "$reports/$1"
  fi
}
verdict="could not verify"
if [[ -n "$(made report.json)" ]]; then
  verdict="$(python3 -I -c 'import json, sys; print(json.load(open(sys.argv[1]))["verdict"])' "$reports/report.json")"
  cat "$reports/annotations"
  cat "$reports/summary.md" >> "$GITHUB_STEP_SUMMARY"
else
  echo "::error title=alembic-proof could not verify::exit code $code; the log says why"
  echo "**alembic-proof could not verify**: exit code $code; the log says why." >> "$GITHUB_STEP_SUMMARY"
fi
output code "$code"
output verdict "$verdict"
output reports "$reports"
output report-json "$(made report.json)"
output report-html "$(made report.html)"
