// Smooth elementwise functions φ with φ' and φ'', for float and double.
#include "CKernels.h"
#include "clones.h"
#include "exponential.h"
#include <math.h>

/* Loops that call libm stay scalar; no warning is owed for them. */
#pragma clang diagnostic ignored "-Wpass-failed"

/* Rational approximation of tanh (Eigen's coefficients), relative error about 2e-7. */
INLINE float tanh_f32(float x) {
    x = x > 7.90531f ? 7.90531f : x < -7.90531f ? -7.90531f : x;
    float s = x * x;
    float p = ((((((-2.76076847742355e-16f * s + 2.00018790482477e-13f) * s - 8.60467152213735e-11f) * s
                  + 5.12229709037114e-08f) * s + 1.48572235717979e-05f) * s + 6.37261928875436e-04f) * s
               + 4.89352455891786e-03f);
    float q = ((1.19825839466702e-06f * s + 1.18534705686654e-04f) * s + 2.26843463243900e-03f) * s
              + 4.89352518554385e-03f;
    return x * p / q;
}
/* 2ⁿ · eʳ with r = x − n ln 2 in ±½ ln 2, and eʳ by its series: relative error about 1e-7. n is read off a sum that leaves
   it in the lowest bits. */
INLINE float exp_f32(float x) {
    x = x > 88.0f ? 88.0f : x < -87.0f ? -87.0f : x;
    union { float f; unsigned i; } sum = {x * 1.44269504f + 12582912.0f}, scale;
    float n = sum.f - 12582912.0f, r = x - n * 0.693145752f - n * 1.42860677e-6f;
    float p = 1.0f + r * (1.0f + r * (0.5f + r * (0.166666667f + r * (0.0416666667f + r * (0.00833333333f + r * 0.00138888889f)))));
    scale.i = (sum.i + 127) << 23;
    return p * scale.f;
}

INLINE double tanh_f64(double x) {
    double z = -2 * fabs(x), power, p = expm1_f64(z < -40 ? -40 : z, &power), e = power * p + (power - 1);
    return copysign(e / (2 + e), x);
}

#define T float
#define F(name) ck_##name##_f32
#define L(name) name##_f32
#define TANH tanh_f32
#define EXP exp_f32
#define LOG1P log1pf
#define ERF erff
#include "functions_template.h"
#undef T
#undef F
#undef L
#undef TANH
#undef EXP
#undef LOG1P
#undef ERF

#define T double
#define F(name) ck_##name##_f64
#define L(name) name##_f64
#define TANH tanh_f64
#define EXP exp_f64
#define LOG1P log1p /* of libm, as the next: exact to the last digits, not vectorised */
#define ERF erf
#include "functions_template.h"
