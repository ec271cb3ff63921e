// Sums, copies and elementwise functions.
// What each computes is said where Swift names it: ElementwiseKernels.
#pragma once
#include <stdint.h>
#include "names.h"

/* Smooth elementwise functions, and what their derivatives are computed from: y or x. */
enum ck_function {
    ck_tanh,      /* y */
    ck_sigmoid,   /* y */
    ck_softplus,  /* x */
    ck_gelu,      /* x */
    ck_gelu_tanh, /* x */
    ck_swish      /* x */
};

#define CK_DECLARE_ELEMENTWISE(T, TAG)                                                                    \
    void ck_column_sums_##TAG(long m, long n, const T *_Nullable a, int add, T *_Nullable o)              \
        CK_NAME(TAG, columnSums(rows:columns:of:adds:to:));                                               \
    void ck_sum_##TAG(long n, const T *_Nullable a, const T *_Nullable b, int add, T *_Nullable o)        \
        CK_NAME(TAG, sum(count:_:_:adds:to:));                                                            \
    void ck_hadamard_##TAG(long m, long n, const T *_Nullable a, const T *_Nullable b, long db,           \
        const T *_Nullable a2, const T *_Nullable b2, long db2, const T *_Nullable bias, int add,         \
        T *_Nullable o)                                                                                   \
        CK_NAME(TAG, hadamard(rows:columns:_:_:step:and:_:step:bias:adds:to:));                           \
    void ck_column_dots_##TAG(long m, long n, const T *_Nullable a, const T *_Nullable b,                 \
        const T *_Nullable a2, const T *_Nullable b2, int add, T *_Nullable o)                            \
        CK_NAME(TAG, columnDots(rows:columns:_:_:and:_:adds:to:));                                        \
    void ck_copy_rows_##TAG(long m, long n, const T *_Nullable a, long lda, int add, T *_Nullable o,      \
        long ldo)                                                                                         \
        CK_NAME(TAG, copyRows(rows:columns:from:rowStride:adds:to:rowStride:));                           \
    void ck_apply_##TAG(enum ck_function f, long n, const T *_Nullable x, T *_Nullable y)                 \
        CK_NAME(TAG, apply(_:count:x:y:));                                                                \
    void ck_apply_first_##TAG(enum ck_function f, long n, const T *_Nullable s, const T *_Nullable a,     \
        int add, T *_Nullable o)                                                                          \
        CK_NAME(TAG, applyFirst(_:count:kept:a:adds:to:));                                                \
    void ck_apply_second_##TAG(enum ck_function f, long n, const T *_Nullable s, const T *_Nullable a,    \
        const T *_Nullable r, const T *_Nullable g, int add, T *_Nullable o)                              \
        CK_NAME(TAG, applySecond(_:count:kept:a:r:g:adds:to:));                                           \
    void ck_clip_##TAG(long n, T limit, const T *_Nullable x, T *_Nullable y, uint16_t *_Nullable bits)   \
        CK_NAME(TAG, clip(count:limit:x:y:bits:));                                                        \
    void ck_select_##TAG(long n, const uint16_t *_Nullable bits, T scale, const T *_Nullable a, int add,  \
        T *_Nullable o)                                                                                   \
        CK_NAME(TAG, select(count:bits:scale:from:adds:to:));                                             \
    void ck_bits_of_##TAG(long n, const T *_Nullable a, uint16_t *_Nullable bits)                         \
        CK_NAME(TAG, bits(count:of:to:));                                                   \
    long ck_first_not_finite_##TAG(long n, const T *_Nullable a)                                          \
        CK_NAME(TAG, firstNotFinite(count:in:));                                                          \
    void ck_add_squares_##TAG(long n, const T *_Nullable g, T *_Nullable s)                               \
        CK_NAME(TAG, addSquares(count:of:to:));                                                           \
    void ck_inverse_diagonal_##TAG(long n, const T *_Nullable d, double scale, double shift,              \
        T *_Nullable o)                                                                                   \
        CK_NAME(TAG, inverseDiagonal(count:of:scale:shift:to:));

/* √x without the C library's errno, which would keep a loop that is compiled elsewhere from vectors. */
static inline float ck_root_f32(float x) { return __builtin_elementwise_sqrt(x); }
static inline double ck_root_f64(double x) { return __builtin_elementwise_sqrt(x); }

CK_DECLARE_ELEMENTWISE(float, f32)
CK_DECLARE_ELEMENTWISE(double, f64)
