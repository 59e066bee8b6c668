#!/usr/bin/env bash
# Makes build/headless: awq-cli with its data and the small libraries it needs, to carry to a machine with a GPU.
# There, LibTorch comes from that machine (a LibTorch folder or an installed PyTorch of the same version):
#   LD_LIBRARY_PATH=/path/to/torch/lib build/headless/bin/awq-cli info MODEL
set -euo pipefail
cd "$(dirname "$0")/.."
preset=${1:-release}
cmake --preset "$preset" >/dev/null
cmake --build --preset "$preset" --target awq-cli
target=build/headless
rm -rf "$target"
cmake --install "build/$preset" --prefix "$target" --component headless --strip >/dev/null
mkdir -p "$target/lib"
# Everything that is neither LibTorch, CUDA nor the C and C++ run time.
ldd "$target/bin/awq-cli" | awk '$3 ~ /^\// { print $3 }' |
    grep -vE '/(libtorch|libc10|libcu|libnv|libgomp|libstdc\+\+|libgcc_s|libc\.so|libm\.so|libdl|librt|libpthread|libutil)' |
    xargs -r -I{} cp -L {} "$target/lib/"
du -sh "$target"
