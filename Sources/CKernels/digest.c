// A digest of memory: ranks compare their replicas by it, and a run its data with those it began with.
#include "CKernels.h"
#include <string.h>

/* Each word is taken in by a step that is one to one in the word and in what came before, so that a single changed
   word always changes the digest. Four chains hide the latency of the multiplications. */
#define STEP(h, word) h = ((h) ^ (word)) * 0x9e3779b97f4a7c15u, h ^= h >> 29

uint64_t ck_digest(const void *bytes, long count, uint64_t seed) {
    const char *p = bytes;
    uint64_t h[4] = {seed, seed + 1, seed + 2, seed + 3}, word[4];
    for (; count >= 32; count -= 32, p += 32) {
        memcpy(word, p, 32);
        for (int k = 0; k < 4; k++) STEP(h[k], word[k]);
    }
    memset(word, 0, 32);
    memcpy(word, p, count);
    uint64_t all = seed ^ (uint64_t)count;
    for (int k = 0; k < 4; k++) {
        STEP(h[k], word[k]);
        STEP(all, h[k]);
    }
    return all;
}
