#include "phases.h"
#include "memory.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct profile {
    ck_phase_cell cells[ck_phase_cells];
    double start, since;
    int cell;
    long count, capacity;
    int is_full, messages;
    ck_message_cell message[ck_most_messages];
    ck_phase_event events[];
};

static _Thread_local struct profile *mine;

double ck_clock(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + 1e-9 * t.tv_nsec;
}

void ck_phases_start(long events) {
    ck_phases_stop();
    long bytes = sizeof(struct profile) + events * sizeof(ck_phase_event);
    struct profile *p = malloc(bytes);
    if (!p) ck_out_of_memory(bytes);
    memset(p, 0, sizeof *p);
    p->capacity = events;
    p->start = p->since = ck_clock();
    mine = p;
}

void ck_phases_stop(void) {
    free(mine);
    mine = 0;
}

int ck_phases_on(void) { return mine != 0; }

/* The time until now is the cell's that the thread was in. */
static double settle(struct profile *p) {
    double t = ck_clock();
    p->cells[p->cell].seconds += t - p->since;
    return p->since = t;
}

static void note(struct profile *p, double t, int cell, int begins) {
    if (p->count < p->capacity) p->events[p->count++] = (ck_phase_event){t - p->start, cell, begins};
    else p->is_full = 1;
}

static int enter(struct profile *p, int cell) {
    int outer = p->cell;
    double t = settle(p);
    p->cell = cell;
    p->cells[cell].calls++;
    note(p, t, cell, 1);
    return outer;
}

int ck_phase_begin(int phase) {
    struct profile *p = mine;
    return p ? enter(p, p->cell / ck_most_phases * ck_most_phases + phase) : 0;
}

int ck_stage_begin(int stage) {
    struct profile *p = mine;
    return p ? enter(p, stage * ck_most_phases) : 0;
}

void ck_phase_end(int outer) {
    struct profile *p = mine;
    if (!p) return;
    note(p, settle(p), p->cell, 0);
    p->cell = outer;
}

void ck_phase_count(double flops, double bytes) {
    struct profile *p = mine;
    if (!p) return;
    p->cells[p->cell].flops += flops;
    p->cells[p->cell].bytes += bytes;
}

void ck_phase_extra(double seconds) {
    if (mine) mine->cells[mine->cell].extra += seconds;
}

/* A run has a handful of kinds and sizes, and the next message is mostly of a recent one. */
static ck_message_cell *message(struct profile *p, int stage, int kind, double bytes) {
    for (int i = 0; i < p->messages; i++) {
        ck_message_cell *m = &p->message[i];
        if (m->bytes == bytes && m->stage == stage && m->kind == kind) return m;
    }
    int is_last = p->messages >= ck_most_messages - 1;
    ck_message_cell *m = &p->message[is_last ? ck_most_messages - 1 : p->messages];
    if (!is_last) *m = (ck_message_cell){.bytes = bytes, .stage = stage, .kind = kind};
    else if (p->messages < ck_most_messages) *m = (ck_message_cell){.stage = -1, .kind = -1};
    if (p->messages < ck_most_messages) p->messages++;
    return m;
}

void ck_message_end(int outer, int kind, double bytes) {
    struct profile *p = mine;
    if (!p) return;
    double began = p->since, seconds = settle(p) - began;
    ck_message_cell *m = message(p, p->cell / ck_most_phases, kind, bytes);
    if (!m->calls || seconds < m->least) m->least = seconds;
    if (seconds > m->most) m->most = seconds;
    if (m->kind < 0) m->bytes += bytes;
    m->seconds += seconds;
    m->calls++;
    p->cells[p->cell].bytes += bytes;
    note(p, p->since, p->cell, 0);
    p->cell = outer;
}

int ck_phases_messages(ck_message_cell cells[ck_most_messages]) {
    if (!mine) return 0;
    memcpy(cells, mine->message, sizeof mine->message);
    return mine->messages;
}

double ck_phases_read(ck_phase_cell cells[ck_phase_cells]) {
    struct profile *p = mine;
    if (!p) {
        memset(cells, 0, ck_phase_cells * sizeof cells[0]);
        return 0;
    }
    double t = settle(p);
    memcpy(cells, p->cells, sizeof p->cells);
    return t - p->start;
}

const ck_phase_event *ck_phases_events(long *count, int *is_full) {
    *count = mine ? mine->count : 0;
    *is_full = mine ? mine->is_full : 0;
    return mine ? mine->events : 0;
}
