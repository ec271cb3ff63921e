// Replicated vector kernels: sweeps over flat vectors that every rank holds whole.
// What each computes is said where Swift names it: VectorKernels.
//
// Every processor gives the same bits: contraction is off, sums go into 16 double accumulators in one
// order, and nothing is called but the correctly rounded square root. Operands are apart, except where
// "may be" says otherwise.
#pragma once
#include "names.h"

#pragma clang assume_nonnull begin
#define CK_DECLARE_VECTOR(T, TAG)                                                                         \
    double ck_dot_##TAG(long n, const T *x, const T *y) CK_NAME(TAG, dot(count:_:_:));                    \
    void ck_axpy_##TAG(long n, T alpha, const T *x, T *y) CK_NAME(TAG, axpy(count:_:_:_:));               \
    double ck_axpy_dot_##TAG(long n, T alpha, const T *x, T *y, const T *v)                               \
        CK_NAME(TAG, axpyDot(count:_:_:_:_:));                                                            \
    void ck_xpby_##TAG(long n, const T *x, T beta, T *y) CK_NAME(TAG, xpby(count:_:_:_:));                \
    void ck_axpby_##TAG(long n, T alpha, const T *x, T beta, T *y) CK_NAME(TAG, axpby(count:_:_:_:_:));   \
    void ck_scale_##TAG(long n, T alpha, const T *x, T *y) CK_NAME(TAG, scale(count:_:_:_:));             \
    void ck_waxpy_##TAG(long n, T alpha, const T *x, const T *y, T *z)                                    \
        CK_NAME(TAG, waxpy(count:_:_:_:_:));                                                              \
    void ck_lerp_##TAG(long n, T t, const T *x, T *y) CK_NAME(TAG, lerp(count:_:_:_:));                   \
    double ck_multiply_dot_##TAG(long n, const T *d, const T *x, T *z)                                    \
        CK_NAME(TAG, multiplyDot(count:_:_:_:));                                                          \
    void ck_three_dots_##TAG(long n, const T *p, const T *q, double *sums)                                \
        CK_NAME(TAG, threeDots(count:_:_:_:));                                                            \
    double ck_cg_step_##TAG(long n, T alpha, const T *p, const T *q, T *x, T *r)                          \
        CK_NAME(TAG, cgStep(count:_:_:_:_:_:));                                                           \
    /* The power by square roots: one for each binary digit of its fraction (26 digits for float). */     \
    void ck_gradient_squares_##TAG(long n, double decay, const T *g, T *s, double factor, double lambda,  \
        double power, T *d)                                                                               \
        CK_NAME(TAG, gradientSquares(count:decay:_:_:factor:lambda:power:_:));                            \
    void ck_sgd_##TAG(long n, double rate, double momentum, int nesterov, double weight_decay,            \
        const T *g, T *_Nullable m, T *w)                                                                 \
        CK_NAME(TAG, sgd(count:rate:momentum:nesterov:weightDecay:_:_:_:));                               \
    void ck_adagrad_##TAG(long n, double rate, double epsilon, const T *g, T *s, T *w)                    \
        CK_NAME(TAG, adaGrad(count:rate:epsilon:_:_:_:));                                                 \
    void ck_adam_##TAG(long n, double rate, double beta1, double beta2, double root, double epsilon,      \
        double l2, double shrink, const T *g, T *m, T *v, T *w)                                           \
        CK_NAME(TAG, adam(count:rate:beta1:beta2:root:epsilon:l2:shrink:_:_:_:_:));

CK_DECLARE_VECTOR(float, f32)
CK_DECLARE_VECTOR(double, f64)
#pragma clang assume_nonnull end
