// The exponential function in double, for loops that the compiler vectorises.
#pragma once
#include <stdint.h>

#define INLINE static inline __attribute__((always_inline))

/* eᶻ − 1 = 2ⁿ (eʳ − 1) + (2ⁿ − 1), r = z − n ln 2 in ±½ ln 2, for −700 < z < 700: the last bits of a double, also near 0.
   n is read off a sum that leaves it in the lowest bits; of the series the next term is below 1e-17. */
INLINE double expm1_f64(double z, double *power) {
    union { double f; uint64_t i; } sum = {z * 1.4426950408889634 + 0x1.8p52}, scale;
    double n = sum.f - 0x1.8p52, r = (z - n * 0x1.62e42fefap-1) - n * 0x1.cf79abc9e3b3ap-40;
    scale.i = (sum.i + 1023) << 52;
    double p = 1.0 / 6227020800;
    p = p * r + 1.0 / 479001600;
    p = p * r + 1.0 / 39916800;
    p = p * r + 1.0 / 3628800;
    p = p * r + 1.0 / 362880;
    p = p * r + 1.0 / 40320;
    p = p * r + 1.0 / 5040;
    p = p * r + 1.0 / 720;
    p = p * r + 1.0 / 120;
    p = p * r + 1.0 / 24;
    p = p * r + 1.0 / 6;
    p = r + r * r * (0.5 + r * p);
    *power = scale.f;
    return p;
}
INLINE double exp_f64(double x) {
    double power, p = expm1_f64(x > 700 ? 700 : x < -700 ? -700 : x, &power);
    return power + power * p;
}
