#!/usr/bin/env bash
# Sets up, builds and opens AWQ Studio; without a display, runs the same demo job in the terminal.
# Arguments go to the program: packaging/run.sh MODEL_FOLDER opens that model.
set -euo pipefail
cd "$(dirname "$0")/.."
packaging/setup.sh
echo "run: building (preset release)"
cmake --preset release >build/configure-release.log || { cat build/configure-release.log; exit 1; }
cmake --build --preset release
if [[ -n ${DISPLAY:-}${WAYLAND_DISPLAY:-} ]]; then
    echo "run: opening AWQ Studio"
    exec build/release/ui/awq-studio "$@"
fi
echo "run: no display here, so the demo runs in the terminal"
exec build/release/app/awq-cli demo
