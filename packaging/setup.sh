#!/usr/bin/env bash
# Installs what the build needs: Debian packages (when apt-get is there and some are missing) and, into build/deps,
# LibTorch and the CUDA Toolkit. Idempotent: a stamp with the list's hash says what is already there.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { echo "setup: $*"; }

install_debian_packages() {
    command -v apt-get >/dev/null || { say "no apt-get here; install the packages of packaging/debian-packages.txt yourself"; return; }
    local missing=() name
    while read -r name; do
        [[ -z $name || $name == \#* ]] && continue
        [[ $(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null) == installed ]] || missing+=("$name")
    done < packaging/debian-packages.txt
    if ((${#missing[@]} == 0)); then say "Debian packages are all installed"; return; fi
    local as_root=()
    if ((EUID != 0)); then
        command -v sudo >/dev/null || { say "missing: ${missing[*]}. Run as root: apt-get install ${missing[*]}"; exit 1; }
        as_root=(sudo)
    fi
    say "installing Debian packages: ${missing[*]}"
    "${as_root[@]}" apt-get update -qq
    DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# The wheels carry only versioned library names and no lib64: compilers and CMake want both.
link_toolkit() {
    local toolkit=build/deps/nvidia/cu13 library name
    [[ -e $toolkit/lib64 ]] || ln -s lib "$toolkit/lib64"
    for library in "$toolkit"/lib/*.so.*; do
        name=${library%%.so.*}.so
        [[ -e $name ]] || ln -s "$(basename "$library")" "$name"
    done
}

install_libtorch_and_cuda() {
    if [[ -n ${AWQ_DEPS_DIR:-} && ! -e build/deps ]]; then
        say "using the LibTorch and CUDA Toolkit of $AWQ_DEPS_DIR"
        mkdir -p build && ln -s "$AWQ_DEPS_DIR" build/deps
    fi
    local stamp=build/deps/.stamp hash
    hash=$(sha256sum packaging/requirements.txt | cut -d' ' -f1)
    if [[ -f $stamp && $(cat "$stamp") == "$hash" ]]; then say "LibTorch and the CUDA Toolkit are in build/deps"; return; fi
    say "installing LibTorch and the CUDA Toolkit into build/deps (about 4 GB, two minutes)"
    rm -rf build/deps && mkdir -p build/deps
    python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --no-deps --no-compile \
        --target build/deps -r packaging/requirements.txt
    link_toolkit
    echo "$hash" > "$stamp"
}

install_debian_packages
install_libtorch_and_cuda
