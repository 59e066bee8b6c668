#!/usr/bin/env bash
# Sets up, builds and runs all tests. Safe to repeat; what is already there is kept.
set -euo pipefail
cd "$(dirname "$0")/.."
packaging/setup.sh
echo "test: building (preset ci)"
cmake --preset ci >build/configure-ci.log || { cat build/configure-ci.log; exit 1; }
cmake --build --preset ci
echo "test: running all tests"
ctest --preset ci
