#!/usr/bin/env bash
# The widgets' types: web/js by TypeScript's checker, which writes nothing. It takes `tsc` from the PATH,
# else from npm's cache or registry; where neither can be had it says so and passes.
set -euo pipefail
cd "$(dirname "$0")/.."

if command -v tsc >/dev/null; then
  checker=(tsc)
elif command -v npx >/dev/null; then
  checker=(npx --yes --package typescript@5.9.3 tsc)
else
  echo "== the widgets' types are NOT CHECKED: put node and npm, or tsc, on the PATH"
  exit 0
fi
if ! "${checker[@]}" --version; then
  echo "== the widgets' types are NOT CHECKED: TypeScript is not installed and npm cannot fetch it"
  exit 0
fi
"${checker[@]}" --project tsconfig.json
