// Replicated vector kernels for float and double: see vector.h for what they promise.
#include "CKernels.h"
#include "clones.h"
#include <string.h>

#pragma clang fp contract(off)

/* Sixteen values at a time: the lanes of the accumulators, whatever the processor's width. */
#define LANES 16
/* Values that stay in the first cache between the loops over them. */
#define TILE 256

typedef double sums __attribute__((ext_vector_type(LANES)));

#define WIDE(v) __builtin_convertvector(v, sums)
#define EACH _Pragma("clang loop vectorize(assume_safety)") for (long i = 0; i < n; i++)

static inline __attribute__((always_inline)) double total(const sums *s) {
    double sum = 0;
    for (int l = 0; l < LANES; l++) sum += (*s)[l];
    return sum;
}

#define TEMPLATE "vector_template.h"
#include "each_scalar.h"
