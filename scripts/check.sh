#!/usr/bin/env bash
# What a change must pass before a commit, in under two minutes on two cores: style, types of what has
# changed, and the tests that need neither minutes nor a ComfyUI, one process per core. .ci/run runs all
# the rest too. At the end it names its slowest tests. Needs the [dev] extra.
set -euo pipefail
cd "$(dirname "$0")/.."
python -m ruff check .
python -m ruff format --check .
report="$(mktemp)"
trap 'rm -f "$report"' EXIT
python scripts/check_types.py >"$report" 2>&1 & # beside the tests: it uses one core
types=$!
failed=0
export OMP_NUM_THREADS=1 # the processes share the cores
python -m pytest -m "not slow" -n logical --dist worksteal --ignore=tests/comfy --ignore=tests/browser \
  --durations=10 --durations-min=2 "$@" || failed=1
wait "$types" || failed=1
cat "$report"
exit "$failed"
