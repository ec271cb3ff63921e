#!/bin/bash
# The C code under sanitizers, with the clang of the Swift toolchain: every kernel over many shapes, by each instruction set
# of this processor, memory that processes share, and signals, under those of addresses, leaks and undefined behaviour; the
# kernels on threads under that of data races. Two minutes on two cores.
#   usage: scripts/sanitize.sh [ROUNDS]       shapes of each kernel: 100 without
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-100}

toolchain=$(swiftc -print-target-info | sed -n 's/.*"runtimeResourcePath": "\(.*\)\/lib\/swift".*/\1/p')
clang=$toolchain/bin/clang
[ -x "$clang" ] || clang=$(command -v clang) || {
    echo "There is no clang beside swiftc, nor elsewhere: the sanitizers are its." >&2
    exit 1
}
folder=.build/sanitizers
sources=(Sources/CKernels/*.c Sources/CSharedMemory/*.c Sources/CSignals/*.c Tests/CKernelCases/*.c Tests/Sanitizers/*.c)

# compile OBJECTS SANITIZERS SOURCE. Without optimisation: it is built in a tenth of the time, and nothing is left out.
compile() {
    "$clang" -O0 -gline-tables-only "-fsanitize=$2" -fno-sanitize-recover=all -ISources/CKernels/include \
        -ISources/CSharedMemory/include -ISources/CSignals/include -ITests/CKernelCases/include -c "$3" \
        -o "$1/$(echo "$3" | tr / _).o"
}
export -f compile
export clang

# build NAME SANITIZERS [WORD FOR THE LINKER …]: the program with these.
build() {
    echo "building for the sanitizers: $2"
    mkdir -p "$folder/$1"
    rm -f "$folder/$1"/*.o
    printf '%s\n' "${sources[@]}" | xargs -P "$(nproc)" -I '{}' bash -c 'compile "$@"' bash "$folder/$1" "$2" '{}'
    "$clang" -fuse-ld=lld "-fsanitize=$2" "$folder/$1"/*.o -o "$folder/$1/sanitizers" -lm -lpthread "${@:3}"
}

build address address,undefined
export ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=1 UBSAN_OPTIONS=print_stacktrace=1
"$folder/address/sanitizers" "$rounds"
for processor in avx2 portable; do CK_PROCESSOR=$processor "$folder/address/sanitizers" "$rounds"; done

libraries=$toolchain/lib/swift/linux # Swift's thread sanitizer also watches its queues
build thread thread "-L$libraries" "-Wl,-rpath,$libraries" -ldispatch -lBlocksRuntime
"$folder/thread/sanitizers" threads $((rounds / 10 + 1))
