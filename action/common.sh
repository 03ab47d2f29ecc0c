# shellcheck shell=bash
# What the steps of action.yml share.

# 32 digits that nobody guesses
random() {
  od -An -N16 -tx1 /dev/urandom | tr -d ' \n'
}

# An output of this step, whatever is in its value
output() {
  local end
  end="$(random)"
  printf '%s<<%s\n%s\n%s\n' "$1" "$end" "$2" "$end" >> "$GITHUB_OUTPUT"
}
