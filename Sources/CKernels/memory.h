// Memory of the kernels. What can't be had ends the process with a sentence: a kernel has nobody to tell.
#pragma once

/* This thread's memory for one call, of at least `bytes`: `ck_workspace` for convolutions, `ck_scratch`
   for the panels of products that they call. It is kept for the next call and freed when the thread ends. */
void *ck_workspace(long bytes);
void *ck_scratch(long bytes);

/* Ends the program as `ck_when_refused` says; else says how much could not be had, and aborts. */
_Noreturn void ck_out_of_memory(long bytes);
