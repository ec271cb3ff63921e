// Sums, copies, functions, vectors; bits, digests; and values that are not finite, in everything that looks at values.
#include "cases.h"
#include <math.h>
#include <string.h>

static const enum ck_function functions[] = {ck_tanh, ck_sigmoid, ck_softplus, ck_gelu, ck_gelu_tanh, ck_swish};

void kc_bits(void) {
    long rows = 1 + kc_below(6), count = 1 + kc_below(200), words = (rows * count + 15) / 16;
    int32_t *numbers = kc_memory(rows * sizeof *numbers);
    for (long i = 0; i < rows; i++) numbers[i] = (int32_t)kc_below(1 << 30);
    uint16_t *bits = kc_memory(words * 2);
    ck_keep_bits(rows, count, (uint64_t)kc_below(1L << 40), 3, (uint64_t)kc_below(1L << 40), numbers, 0.3, bits);
    long bytes = kc_below(200);
    char *p = kc_memory(bytes);
    memset(p, 7, bytes);
    ck_digest(p, bytes, 5);
}

#define TEMPLATE "sweeps_template.h"
#include "each_scalar.h"
