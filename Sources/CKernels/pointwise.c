// Convolution 1×1 without padding: y = x·W, a product of matrices whose rows are positions. With a stride the
// positions that count are gathered, or scattered, some samples at a time.
#include "convolution.h"
#include <string.h>

/* Samples gathered at once: half a MiB of x. */
static long samples(const ck_convolution *g, long size) {
    long n = (512 << 10) / (g->out_height * g->out_width * g->channels * size);
    return n < 1 ? 1 : n;
}
static int gathers(const ck_convolution *g) { return g->stride_height > 1 || g->stride_width > 1; }

#define GLUE_(name, tag) ck_##name##_##tag
#define GLUE(name, tag) GLUE_(name, tag)
#define CK(name) GLUE(name, TAG)
#define F(name) GLUE(pointwise_##name, TAG)

#define T float
#define TAG f32
#include "pointwise_template.h"
#undef T
#undef TAG
#define T double
#define TAG f64
#include "pointwise_template.h"
