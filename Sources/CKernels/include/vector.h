// Vector kernels of replicated vectors: the same bits on every processor (16 accumulators, no contraction,
// sums in double).
#pragma once

#define CK_DECLARE_VECTOR(T, TAG)                                                                 \
    double ck_dot_##TAG(long n, const T *x, const T *y);                                          \
    void ck_axpy_##TAG(long n, T alpha, const T *x, T *y);                                        \
    /* y = x + beta·y. */                                                                         \
    void ck_xpby_##TAG(long n, const T *x, T beta, T *y);

CK_DECLARE_VECTOR(float, f32)
CK_DECLARE_VECTOR(double, f64)
