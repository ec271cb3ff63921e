// Losses of rows: sums over rows, their derivatives by the outputs, and roots of the second derivatives.
// What each computes is said where Swift names it: LossKernels.
#pragma once
#include <stdint.h>
#include "names.h"

#define CK_DECLARE_LOSSES(T, TAG)                                                                         \
    double ck_cross_entropy_##TAG(long m, long n, double e, const T *_Nullable z,                         \
        const int32_t *_Nullable label, int32_t padding, T *_Nullable p)                                  \
        CK_NAME(TAG, crossEntropy(rows:columns:smoothing:logits:labels:padding:p:));                      \
    void ck_cross_entropy_first_##TAG(long m, long n, double e, const T *_Nullable p,                     \
        const int32_t *_Nullable label, int32_t padding, T scale, T *_Nullable o)                         \
        CK_NAME(TAG, crossEntropyFirst(rows:columns:smoothing:p:labels:padding:scale:to:));               \
    void ck_cross_entropy_second_##TAG(long m, long n, const T *_Nullable p, const T *_Nullable u,        \
        T scale, T *_Nullable o)                                                                          \
        CK_NAME(TAG, crossEntropySecond(rows:columns:p:u:scale:to:));                                     \
    void ck_cross_entropy_root_##TAG(long m, long n, const T *_Nullable p, const T *_Nullable s,          \
        T *_Nullable o)                                                                                   \
        CK_NAME(TAG, crossEntropyRoot(rows:columns:p:s:to:));                                             \
    void ck_cross_entropy_sampled_##TAG(long m, long n, const T *_Nullable p,                             \
        const int32_t *_Nullable label, int32_t padding, const uint32_t *_Nullable words,                 \
        T *_Nullable o)                                                                                   \
        CK_NAME(TAG, crossEntropySampled(rows:columns:p:labels:padding:words:to:));                       \
    void ck_cross_entropy_white_##TAG(long m, long n, double e, const T *_Nullable p,                     \
        const int32_t *_Nullable label, int32_t padding, T *_Nullable o)                                  \
        CK_NAME(TAG, crossEntropyWhite(rows:columns:smoothing:p:labels:padding:to:));                     \
    double ck_logistic_##TAG(long n, const T *_Nullable z, const T *_Nullable t, T *_Nullable p)          \
        CK_NAME(TAG, logistic(count:logits:targets:p:));                                                  \
    void ck_logistic_first_##TAG(long n, const T *_Nullable p, const T *_Nullable t, T scale,             \
        T *_Nullable o)                                                                                   \
        CK_NAME(TAG, logisticFirst(count:p:targets:scale:to:));                                           \
    void ck_logistic_second_##TAG(long n, const T *_Nullable p, const T *_Nullable u, T scale,            \
        T *_Nullable o)                                                                                   \
        CK_NAME(TAG, logisticSecond(count:p:u:scale:to:));                                                \
    void ck_logistic_root_##TAG(long n, const T *_Nullable p, const T *_Nullable s, T scale,              \
        T *_Nullable o)                                                                                   \
        CK_NAME(TAG, logisticRoot(count:p:s:scale:to:));                                                  \
    void ck_logistic_sampled_##TAG(long m, long n, const T *_Nullable p, const uint32_t *_Nullable words, \
        T scale, T *_Nullable o)                                                                          \
        CK_NAME(TAG, logisticSampled(rows:columns:p:words:scale:to:));                                    \
    void ck_logistic_white_##TAG(long n, const T *_Nullable p, const T *_Nullable t, T scale,             \
        T *_Nullable o)                                                                                   \
        CK_NAME(TAG, logisticWhite(count:p:targets:scale:to:));                                           \
    double ck_squared_error_##TAG(long n, const T *_Nullable y, const T *_Nullable t, T *_Nullable d)     \
        CK_NAME(TAG, squaredError(count:y:targets:difference:));                                          \
    double ck_norm_error_##TAG(long m, long n, const T *_Nullable y, const T *_Nullable t,                \
        T *_Nullable d)                                                                                   \
        CK_NAME(TAG, normError(rows:columns:y:targets:difference:));                                      \
    void ck_norm_error_first_##TAG(long m, long n, const T *_Nullable d, T scale, T *_Nullable o)         \
        CK_NAME(TAG, normErrorFirst(rows:columns:difference:scale:to:));                                  \
    void ck_norm_error_second_##TAG(long m, long n, const T *_Nullable d, const T *_Nullable u, T scale,  \
        T *_Nullable o)                                                                                   \
        CK_NAME(TAG, normErrorSecond(rows:columns:difference:u:scale:to:));                               \
    void ck_norm_error_root_##TAG(long m, long n, const T *_Nullable d, const T *_Nullable s,             \
        T *_Nullable o)                                                                                   \
        CK_NAME(TAG, normErrorRoot(rows:columns:difference:s:to:));                                       \
    void ck_signs_##TAG(long m, long n, const uint32_t *_Nullable words, T *_Nullable o)                  \
        CK_NAME(TAG, signs(rows:columns:words:to:));                                                      \
    void ck_normals_##TAG(long m, long n, const uint32_t *_Nullable words, T *_Nullable o)                \
        CK_NAME(TAG, normals(rows:columns:words:to:));

CK_DECLARE_LOSSES(float, f32)
CK_DECLARE_LOSSES(double, f64)
