#!/usr/bin/env bash
# Shows that the program runs on processors that this machine is not:
#   1. no code outside of what is chosen at run time needs more than the architecture's baseline;
#   2. the C++ compiles for arm64, where a compiler for it is installed;
#   3. on an emulated processor with AVX2 (Haswell), and on one with SSE alone (Nehalem), it trains a
#      tiny model, scores it in both readings and generates with it, and the losses are this machine's.
#
#     Tools/ci/other_processors.sh [PROGRAM]      # by default .build/release/retro
#
# 3 needs qemu-user, which is installed where that can be done without asking (root and apt); without
# it the script says "skipped" and ends well. An emulated start takes one to three minutes.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."
program="$(realpath "${1:-.build/release/retro}")"
[[ -x "$program" ]] || { echo "other processors: '$program' is not built" >&2; exit 2; }

say() { echo "other processors: $*"; }
fail() { say "FAILED: $*" >&2; exit 1; }
work="$(mktemp -d "${TMPDIR:-/tmp}/processors-XXXXXX")"
trap 'rm -rf "$work"' EXIT

# --- 1. Instructions ----------------------------------------------------------------------------

# Functions of the program that use encodings of AVX and later (VEX, EVEX), and are not among those that
# Loops.cpp compiles for such processors.
wide_functions() {
    objdump -d --no-show-raw-insn --no-addresses "$program" 2>/dev/null | awk '
        /^<.*>:$/ { name = $0; next }
        $1 ~ /^v[a-z]/ && $1 !~ /^ver[rw]$/ && name !~ /10retrograde(4avx2|6avx512)/ {
            if (!(name in seen)) { seen[name]; print name, $0 }
        }'
}
if [[ "$(uname -m)" != x86_64 ]]; then
    say "skipped: instructions, this is no x86-64"
elif ! command -v objdump >/dev/null; then
    say "skipped: instructions, there is no objdump (binutils)"
else
    wide="$(wide_functions)"
    [[ -z "$wide" ]] || fail "compiled for this machine alone: $(head -n 5 <<<"$wide")"
    [[ "$(objdump -d --no-show-raw-insn --no-addresses "$program" | grep -c '%zmm')" -gt 100 ]] ||
        fail "no AVX-512 found at all: the search for it is broken, or Loops.cpp"
    say "no instruction beyond the baseline outside of what is chosen at run time"
fi

# --- 2. arm64 -----------------------------------------------------------------------------------

gcc_folder="$(ls -d /usr/lib/gcc-cross/aarch64-linux-gnu/* 2>/dev/null | sort -V | tail -n 1 || true)"
if [[ -n "$gcc_folder" ]] && command -v clang++ >/dev/null; then
    # Where the architecture matters; the rest is portable C++.
    for file in Fused/{KernelSupport,Loops,Matmul,Threads}.cpp; do
        clang++ --target=aarch64-linux-gnu --gcc-install-dir="$gcc_folder" -std=c++20 -O1 -Werror \
            -isystem .deps/site/torch/include -ISources/CTorch/include \
            -c "Sources/CTorch/$file" -o "$work/arm64.o" || fail "$file does not compile for arm64"
    done
    clang++ --target=aarch64-linux-gnu --gcc-install-dir="$gcc_folder" -std=c++20 -O1 -Werror \
        -ISources/CFaults/include -c Sources/CFaults/faults.cpp -o "$work/arm64.o" ||
        fail "faults.cpp does not compile for arm64"
    say "what depends on the architecture compiles for arm64"
else
    say "skipped: arm64, no clang++ or no libstdc++ for it (libstdc++-12-dev-arm64-cross)"
fi

# --- 3. Emulation -------------------------------------------------------------------------------

if [[ "$(uname -s)-$(uname -m)" != Linux-x86_64 ]]; then
    say "skipped: emulation, this is not Linux on x86-64"
    exit 0
fi
if ! command -v qemu-x86_64 >/dev/null && [[ "$(id -u)" == 0 ]] && command -v apt-get >/dev/null; then
    say "installing qemu-user"
    apt-get install -y -qq qemu-user >/dev/null 2>&1 || true
fi
if ! command -v qemu-x86_64 >/dev/null; then
    say "skipped: emulation, there is no qemu-x86_64 (apt-get install qemu-user)"
    exit 0
fi

cd "$work"
"$program" data synth --kind stories --count 60 --output stories.jsonl --quiet >/dev/null
"$program" tokenizer train --data stories.jsonl --vocab-size 300 --output tokenizer --quiet >/dev/null
# base-train scores both readings and writes samples when it ends, so one start is all three.
train=(base-train --data stories.jsonl --tokenizer tokenizer --home . --depth 1 --aspect-ratio 32
    --head-dim 32 --max-seq-len 32 --device-batch-size 2 --total-batch-size 64 --num-iterations 2
    --eval-tokens 64 --threads 1 --quiet --direction bidirectional)
"$program" "${train[@]}" --dtype float32 --model-tag here >/dev/null

# `emulated CPU KERNELS`: what the run on an emulated CPU must have found, and computed.
emulated() {
    local cpu="$1" kernels="$2" tag="$1" begun=$SECONDS
    # The default dtype is part of what is tried: bfloat16 has no instructions there.
    timeout 1200 qemu-x86_64 -cpu "$cpu" "$program" "${train[@]}" --model-tag "$tag" \
        >"$tag.out" 2>"$tag.err" ||
        fail "on $cpu: $(grep -v "TCG doesn't support" "$tag.err" | tail -n 5)"
    python3 - "$tag" "$kernels" <<'PYTHON' || fail "on $cpu (above)"
import json, sys
tag, kernels = sys.argv[1:]
def run(tag):
    folder = f"base_checkpoints/{tag}"
    lines = [json.loads(line) for line in open(f"{folder}/metrics.jsonl")]
    settings = json.load(open(f"{folder}/config.json"))
    start = json.load(open(f"{folder}/manifest.json"))["start"]
    samples = [
        json.load(open(f"{folder}/evaluations/base_phase/{reading}_direction/samples.json"))
        for reading in ["forward", "backward"]
    ]
    return lines, settings, start, samples
here, there = run("here"), run(tag)
assert there[2]["kernels"].startswith(kernels), there[2]["kernels"]
assert there[1]["dtype"] == "float32", there[1]["dtype"]
assert all(there[3]), "no samples"
compared = 0
for a, b in zip(here[0], there[0], strict=True):
    for key in a:
        if key == "loss" or key.startswith("val_bpb"):
            compared += 1
            assert abs(a[key] - b[key]) < 1e-4 * abs(a[key]), (key, a[key], b[key])
assert compared >= 5, f"only {compared} numbers to compare"
PYTHON
    say "trained, scored and generated on $cpu ($kernels) in $((SECONDS - begun)) s"
}
emulated Haswell AVX2
emulated Nehalem SSE2
