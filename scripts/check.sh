#!/usr/bin/env bash
# What a change must pass before a commit: style, types, all but the slow tests (.ci/run runs those too).
# Needs the project installed with its [dev] extra.
set -euo pipefail
cd "$(dirname "$0")/.."
python -m ruff check .
python -m ruff format --check .
python -m pyright
scripts/check_javascript.sh
python -m pytest -m "not slow" "$@"
