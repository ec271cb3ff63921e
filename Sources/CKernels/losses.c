// Losses in the outputs of a network: value, gradient, Hessian product; for float and double. Plain loops, sums in
// double; exponentials are taken of whole blocks, and logarithms of products of many.
#include "CKernels.h"
#include "clones.h"
#include "exponential.h"
#include <math.h>
#include <string.h>

#define BLOCK 512L
#define LANES 16L
CLONES static void exponentials(long n, double *x) {
    for (long i = 0; i < n; i++) x[i] = exp_f64(x[i]);
}
/* Of whole LANES. */
CLONES static double lane_total(long n, const double *x) {
    double sums[LANES] = {0}, sum = 0;
    for (long i = 0; i < n; i += LANES)
        for (long l = 0; l < LANES; l++) sums[l] += x[i + l];
    for (long l = 0; l < LANES; l++) sum += sums[l];
    return sum;
}
INLINE double total(long n, const double *x) {
    long i = n / LANES * LANES;
    double sum = i ? lane_total(i, x) : 0;
    for (; i < n; i++) sum += x[i];
    return sum;
}

#define TEMPLATE "losses_template.h"
#include "each_scalar.h"
