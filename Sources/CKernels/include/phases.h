// What a run does from moment to moment, on the thread that started the profile: calls, seconds, operations and bytes
// of each phase, in two stages. Seconds are exclusive: a phase that begins within another interrupts it, so that all of
// them add up to the time since the start. On threads without a profile all calls do nothing.
#pragma once
#include <stdint.h>

enum { ck_most_phases = 32, ck_stages = 2, ck_phase_cells = ck_stages * ck_most_phases };

/* extra: seconds that other threads of the rank worked, less those that this one waited for them. */
typedef struct {
    double seconds, extra, flops, bytes;
    int64_t calls;
} ck_phase_cell;

/* Messages of one kind and size in a stage. The last cell takes all that found no cell of their own, of any kind (-1) and
 * stage (-1); its bytes are their sum. */
enum { ck_most_messages = 64 };
typedef struct {
    double bytes, seconds, least, most;
    int64_t calls;
    int32_t stage, kind;
} ck_message_cell;

/* A phase begins or ends: a line of a timeline. cell = stage · ck_most_phases + phase. */
typedef struct {
    double time;
    int32_t cell, begins;
} ck_phase_event;

/* This thread's profile begins anew, with room for so many events; those that find no more room are not kept. */
void ck_phases_start(long events);
void ck_phases_stop(void);
int ck_phases_on(void);

/* Returns where the thread was, for ck_phase_end. A phase keeps the stage; a stage begins with its phase 0. */
int ck_phase_begin(int phase);
int ck_stage_begin(int stage);
void ck_phase_end(int outer);
/* Operations and bytes of the phase that the thread is in. */
void ck_phase_count(double flops, double bytes);
void ck_phase_extra(double seconds);
/* Ends the phase, and counts it as one message. No phase may have begun in it. */
void ck_message_end(int outer, int kind, double bytes);
/* Seconds of the clock that all of this is measured by, on any thread. */
double ck_clock(void);

/* All cells until now; returns the seconds since the start, which the cells' seconds add up to. */
double ck_phases_read(ck_phase_cell cells[ck_phase_cells]);
/* The messages until now; returns how many cells are used. */
int ck_phases_messages(ck_message_cell cells[ck_most_messages]);
/* The events until now, how many, and whether some found no room. */
const ck_phase_event *ck_phases_events(long *count, int *is_full);
