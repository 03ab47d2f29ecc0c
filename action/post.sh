#!/usr/bin/env bash
# Posts the report as a comment; the verdict does not depend on it.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

url=""
url="$("$PROOF" post "$PROOF_COMMENT" --key "$PROOF_KEY")" ||
  echo "::warning title=alembic-proof::the comment could not be posted; the log of this step says why"
output comment-url "$url"
