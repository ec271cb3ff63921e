// Counts what the calling thread asks of the heap and of Swift's runtime: for tests that promise to ask little.
#pragma once

/* Calls of malloc, calloc, realloc and the aligned forms by this thread since it began. */
long allocation_count(void);

/* Retains, releases and checks of exclusive access (swift_retain, swift_beginAccess and their kin) by this thread. */
long runtime_call_count(void);
