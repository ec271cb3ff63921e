/* Every kernel over many shapes, with memory of exactly the sizes that it is promised. A byte touched beyond them ends the
   process: at a page without access, or by a sanitizer. */
#ifndef KERNEL_CASES_H
#define KERNEL_CASES_H

/* Where memory lies: on the heap, for a sanitizer; or it ends before, or begins behind, a page without access. */
enum kc_place { kc_heap, kc_before_a_guard, kc_behind_a_guard };

/* The cases' names, from 0 on; null behind the last. */
const char *kc_name(int index);

/* Runs a case of that name, `rounds` shapes of it; the same shapes and values for the same seed, on any thread. Returns the
   first complaint, of values that were left unwritten or are not finite, or null. */
const char *kc_run(const char *name, enum kc_place place, long rounds, unsigned seed);

#endif
