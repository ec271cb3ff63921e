// What scripts/sanitize.sh runs: the C code of this package, built with sanitizers.
//   usage: sanitizers [threads] ROUNDS
#include "CKernels.h"
#include "checks.h"
#include "kernel_cases.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int count, char **arguments) {
    int only_threads = count > 1 && !strcmp(arguments[1], "threads");
    long rounds = count > 1 ? atol(arguments[count - 1]) : 0;
    if (rounds < 1) {
        fprintf(stderr, "usage: sanitizers [threads] ROUNDS\n");
        return 2;
    }
    if (!only_threads) {
        for (int c = 0; kc_name(c); c++) {
            const char *complaint = kc_run(kc_name(c), kc_heap, rounds, 1);
            if (complaint) {
                fprintf(stderr, "%s\n", complaint);
                return 1;
            }
        }
        check_shared_memory();
        check_signals();
    }
    check_threads(only_threads ? rounds : rounds / 10 + 1);
    printf("%s kernels: %ld rounds%s\n", ck_processor(), rounds, only_threads ? " on threads" : "");
    return 0;
}
