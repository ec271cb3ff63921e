// Replicated vector kernels: sweeps over flat vectors that every rank holds whole.
//
// Every processor gives the same bits: contraction is off, sums go into 16 double accumulators in one
// order, and nothing is called but the correctly rounded square root. Operands are apart, except where
// "may be" says otherwise.
#pragma once

#define CK_DECLARE_VECTOR(T, TAG)                                                                  \
    /* xᵀy. */                                                                                     \
    double ck_dot_##TAG(long n, const T *x, const T *y);                                           \
    /* y = y + alpha·x. */                                                                         \
    void ck_axpy_##TAG(long n, T alpha, const T *x, T *y);                                         \
    /* y = y + alpha·x; returns vᵀy. */                                                            \
    double ck_axpy_dot_##TAG(long n, T alpha, const T *x, T *y, const T *v);                       \
    /* y = x + beta·y. */                                                                          \
    void ck_xpby_##TAG(long n, const T *x, T beta, T *y);                                          \
    /* y = alpha·x + beta·y. */                                                                    \
    void ck_axpby_##TAG(long n, T alpha, const T *x, T beta, T *y);                                \
    /* y = alpha·x; y may be x. */                                                                 \
    void ck_scale_##TAG(long n, T alpha, const T *x, T *y);                                        \
    /* z = y + alpha·x. */                                                                         \
    void ck_waxpy_##TAG(long n, T alpha, const T *x, const T *y, T *z);                            \
    /* y = y + t·(x − y). */                                                                       \
    void ck_lerp_##TAG(long n, T t, const T *x, T *y);                                             \
    /* z = d∘x; returns xᵀz. */                                                                    \
    double ck_multiply_dot_##TAG(long n, const T *d, const T *x, T *z);                            \
    /* sums = pᵀq, pᵀp, qᵀq. */                                                                    \
    void ck_three_dots_##TAG(long n, const T *p, const T *q, double *sums);                        \
    /* The step of conjugate gradients: x = x + alpha·p, r = r − alpha·q; returns rᵀr. */          \
    double ck_cg_step_##TAG(long n, T alpha, const T *p, const T *q, T *x, T *r);                  \
    /* s = decay·s + (1 − decay)·g², d = 1/(factor·s + lambda)^power, power ≥ 0, by square roots:  \
       one for each binary digit of the power's fraction (26 digits for float). d = 1 where the    \
       base is 0. */                                                                               \
    void ck_gradient_squares_##TAG(long n, double decay, const T *g, T *s, double factor,          \
                                   double lambda, double power, T *d);                             \
    /* h = g + weight_decay·w, m = momentum·m + h; nesterov: h + momentum·m, else m, times rate,   \
       is taken from w. m may be null: h is taken. */                                              \
    void ck_sgd_##TAG(long n, double rate, double momentum, int nesterov, double weight_decay,     \
                      const T *g, T *m, T *w);                                                     \
    /* s = s + g², w = w − rate·g/(√s + epsilon). */                                               \
    void ck_adagrad_##TAG(long n, double rate, double epsilon, const T *g, T *s, T *w);            \
    /* h = g + l2·w, m = beta1·m + (1 − beta1)·h, v = beta2·v + (1 − beta2)·h²,                    \
       w = w − (shrink·w + rate·m/(√v·root + epsilon)); root is 1/√(1 − beta2ᵗ). */                \
    void ck_adam_##TAG(long n, double rate, double beta1, double beta2, double root,               \
                       double epsilon, double l2, double shrink, const T *g, T *m, T *v, T *w);

CK_DECLARE_VECTOR(float, f32)
CK_DECLARE_VECTOR(double, f64)
