// Where the time goes: seconds of each kind of work, over all threads. Spans are exclusive: entering a kind ends
// the span around it, so that a convolution's transforms are not counted with its products.
#pragma once

enum ck_work { ck_work_none, ck_work_gemm, ck_work_transforms, ck_work_elementwise, ck_work_reductions, ck_works };

/* Set while it is measured; only one thread works when it changes. */
extern int ck_profiling;
void ck_profile_start(void);
void ck_profile_stop(void);
/* seconds[kind] since the start, summed over threads; time outside of all spans is in none. */
void ck_profile_seconds(double seconds[ck_works]);

int ck_switch(int work);
/* Work of this kind begins; returns the kind until now, to come back to. When nobody measures: one test of a flag. */
static inline int ck_enter(int work) { return __builtin_expect(ck_profiling, 0) ? ck_switch(work) : ck_work_none; }
