// The clocks of profile.h: one record a thread, made at its first span and never freed, in a list for the sums.
#include "profile.h"
#include "memory.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

struct record {
    double seconds[ck_works], since;
    int work;
    struct record *next;
};

int ck_profiling;
static _Atomic(struct record *) records;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + 1e-9 * t.tv_nsec;
}

static struct record *own(void) {
    static _Thread_local struct record *mine;
    if (!mine) {
        mine = calloc(1, sizeof *mine);
        if (!mine) ck_out_of_memory(sizeof *mine);
        mine->next = atomic_load(&records);
        while (!atomic_compare_exchange_weak(&records, &mine->next, mine)) {}
    }
    return mine;
}

int ck_switch(int work) {
    struct record *r = own();
    double t = now();
    int before = r->work;
    r->seconds[before] += t - r->since;
    r->since = t;
    r->work = work;
    return before;
}

void ck_profile_start(void) {
    double t = now();
    for (struct record *r = atomic_load(&records); r; r = r->next) {
        for (int i = 0; i < ck_works; i++) r->seconds[i] = 0;
        r->since = t;
        r->work = ck_work_none;
    }
    ck_profiling = 1;
}

void ck_profile_stop(void) { ck_profiling = 0; }

void ck_profile_seconds(double seconds[ck_works]) {
    for (int i = 0; i < ck_works; i++) seconds[i] = 0;
    for (struct record *r = atomic_load(&records); r; r = r->next)
        for (int i = 1; i < ck_works; i++) seconds[i] += r->seconds[i];
}
