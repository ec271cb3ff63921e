// What the kernels ask of the machine's memory, and what each thread keeps of it from call to call.
#define _GNU_SOURCE
#include "memory.h"
#include "CKernels.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <sys/mman.h>

/* Large memory on huge pages, where the system gives them: packing strides through many pages. Small memory need
   not fill one. */
void *ck_allocate(long bytes) {
    if (bytes < 1 << 20) return aligned_alloc(64, (bytes + 63) / 64 * 64);
    long page = 2 << 20, size = (bytes + page - 1) / page * page;
    void *p = aligned_alloc(page, size);
#ifdef MADV_HUGEPAGE
    if (p) madvise(p, size, MADV_HUGEPAGE);
#endif
    return p;
}

static void (*refused)(long bytes);

void ck_when_refused(void (*end)(long bytes)) { refused = end; }

void ck_out_of_memory(long bytes) {
    if (refused) refused(bytes);
    fprintf(stderr, "error: out of memory: %ld bytes could not be had\n", bytes);
    abort();
}

struct kept {
    void *memory;
    long size;
};
enum { WORKSPACE, SCRATCH, AREAS };
static _Thread_local struct kept own[AREAS];

static pthread_key_t key;
static int has_key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void release(void *of) {
    struct kept *kept = of;
    for (int i = 0; i < AREAS; i++) {
        free(kept[i].memory);
        kept[i] = (struct kept){0};
    }
}
static void make_key(void) { has_key = !pthread_key_create(&key, release); }

static void grow(struct kept *kept, long bytes) {
    pthread_once(&once, make_key);
    free(kept->memory);
    *kept = (struct kept){ck_allocate(bytes), bytes};
    if (!kept->memory) ck_out_of_memory(bytes);
    /* Without a key the memory lasts as long as the process. */
    if (has_key) pthread_setspecific(key, own);
}

void *ck_workspace(long bytes) {
    if (bytes > own[WORKSPACE].size) grow(&own[WORKSPACE], bytes);
    return own[WORKSPACE].memory;
}
void *ck_scratch(long bytes) {
    if (bytes > own[SCRATCH].size) grow(&own[SCRATCH], bytes);
    return own[SCRATCH].memory;
}

void ck_trim(void) {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}
