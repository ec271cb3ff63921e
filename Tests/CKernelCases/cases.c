// The cases' random numbers, memory and complaints.
#define _GNU_SOURCE
#include "cases.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct block {
    void *start;
    long bytes; /* of a mapping; 0 on the heap */
};
enum { MOST_BLOCKS = 64 };
static _Thread_local struct block blocks[MOST_BLOCKS];
static _Thread_local int used;
static _Thread_local enum kc_place place;
static _Thread_local uint64_t state;
static _Thread_local char complaint[200];
static _Thread_local const char *running;

/* Steele, Lea & Flood 2014 (SplitMix64). */
static uint64_t next(void) {
    uint64_t z = (state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}
long kc_below(long n) { return (long)(next() % (uint64_t)n); }
int kc_chance(void) { return (int)(next() >> 63); }

static void *kept(void *start, long bytes) {
    if (!start || start == MAP_FAILED || used == MOST_BLOCKS) {
        fprintf(stderr, "%s: no memory for a case\n", running);
        abort();
    }
    blocks[used++] = (struct block){start, bytes};
    return start;
}
void *kc_memory(long bytes) {
    if (place == kc_heap) return kept(malloc(bytes ? bytes : 1), 0);
    long page = sysconf(_SC_PAGESIZE), whole = (bytes + page - 1) / page * page;
    int at_end = place == kc_before_a_guard;
    char *start = kept(mmap(0, whole + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), whole + page);
    mprotect(at_end ? start + whole : start, page, PROT_NONE);
    return at_end ? start + whole - bytes : start + page;
}
static void free_all(void) {
    while (used > 0) {
        struct block b = blocks[--used];
        if (b.bytes) munmap(b.start, b.bytes);
        else free(b.start);
    }
}

uint32_t *kc_words(long n) {
    uint32_t *words = kc_memory(n * sizeof *words);
    for (long i = 0; i < n; i++) words[i] = (uint32_t)next();
    return words;
}

#define VALUES(T, TAG)                                                                             \
    T *kc_given_##TAG(long n) {                                                                    \
        T *values = kc_memory(n * sizeof(T));                                                      \
        for (long i = 0; i < n; i++) values[i] = (T)((double)(next() >> 11) * 0x1p-52 - 1);        \
        return values;                                                                             \
    }                                                                                              \
    T *kc_wanted_##TAG(long n, int adds) {                                                         \
        if (adds) return kc_given_##TAG(n);                                                        \
        T *values = kc_memory(n * sizeof(T));                                                      \
        for (long i = 0; i < n; i++) values[i] = NAN;                                              \
        return values;                                                                             \
    }                                                                                              \
    void kc_check_##TAG(const char *what, long n, const T *values) {                               \
        for (long i = 0; i < n && !complaint[0]; i++)                                              \
            if (!isfinite(values[i]))                                                              \
                snprintf(complaint, sizeof complaint, "%s in " #T ": %s: value %ld of %ld is %g", running, what, i, n, \
                         (double)values[i]);                                                       \
    }
VALUES(float, f32)
VALUES(double, f64)

#define BOTH(name) {#name, {kc_##name##_f32, kc_##name##_f64}}
static const struct {
    const char *name;
    void (*run[2])(void);
} cases[] = {
    BOTH(convolutions), BOTH(products), BOTH(triangles), BOTH(pooling), BOTH(batch_norm), BOTH(layer_norm), BOTH(losses),
    BOTH(draws),        BOTH(sweeps),   BOTH(sequences), BOTH(vectors), BOTH(not_numbers), {"bits", {kc_bits}},
};
enum { CASES = sizeof cases / sizeof *cases };
const char *kc_name(int index) { return index < CASES ? cases[index].name : 0; }

const char *kc_run(const char *name, enum kc_place where, long rounds, unsigned seed) {
    place = where, running = name, state = seed;
    complaint[0] = 0;
    for (int c = 0; c < CASES; c++) {
        if (strcmp(cases[c].name, name)) continue;
        for (long round = 0; round < rounds && !complaint[0]; round++)
            for (int scalar = 0; scalar < 2 && cases[c].run[scalar]; scalar++) {
                cases[c].run[scalar]();
                free_all();
            }
        return complaint[0] ? complaint : 0;
    }
    return "there is no such case";
}
