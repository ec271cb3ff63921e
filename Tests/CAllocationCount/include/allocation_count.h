// Counts the memory that the calling thread takes from the heap: for tests that promise to take none.
#pragma once

/* Calls of malloc, calloc, realloc and the aligned forms by this thread since it began. */
long allocation_count(void);
