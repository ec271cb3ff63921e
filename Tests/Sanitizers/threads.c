// The kernels on threads that begin and end.
#include "CKernels.h"
#include "checks.h"
#include "kernel_cases.h"
#include <pthread.h>

enum { THREADS = 4, GENERATIONS = 3 };
struct work {
    long rounds;
    unsigned seed;
};

static void *run(void *of) {
    struct work *work = of;
    ck_phases_start(1000);
    int c = 0;
    for (; kc_name(c); c++) {
        int outer = ck_phase_begin(1), kind = ck_enter(ck_work_elementwise);
        const char *complaint = kc_run(kc_name(c), kc_heap, work->rounds, work->seed);
        ck_enter(kind);
        ck_phase_end(outer);
        if (complaint) {
            fprintf(stderr, "%s\n", complaint);
            exit(1);
        }
    }
    ck_phase_cell cells[ck_phase_cells];
    REQUIRE(ck_phases_read(cells) > 0 && cells[1].calls == c);
    ck_phases_stop();
    return 0;
}

void check_threads(long rounds) {
    for (int generation = 0; generation < GENERATIONS; generation++) {
        pthread_t threads[THREADS];
        struct work work[THREADS];
        ck_profile_start();
        for (int i = 0; i < THREADS; i++) {
            work[i] = (struct work){rounds, (unsigned)(generation * THREADS + i)};
            REQUIRE(pthread_create(&threads[i], 0, run, &work[i]) == 0);
        }
        for (int i = 0; i < THREADS; i++) REQUIRE(pthread_join(threads[i], 0) == 0);
        ck_profile_stop();
        double seconds[ck_works];
        ck_profile_seconds(seconds);
        REQUIRE(seconds[ck_work_gemm] >= 0 && seconds[ck_work_transforms] > 0);
    }
}
