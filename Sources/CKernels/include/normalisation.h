// Batch normalisation of a group of rows of channels, epsilon 1e-5.
// What each computes is said where Swift names it: NormalisationKernels.
#pragma once
#include <stdint.h>
#include "names.h"

#define CK_DECLARE_NORMALISATION(T, TAG)                                                                  \
    void ck_batch_norm_##TAG(long m, long n, const T *_Nullable x, const T *_Nullable scale,              \
        const T *_Nullable shift, T *_Nullable kept, T *_Nullable y)                                      \
        CK_NAME(TAG, batchNorm(rows:channels:x:scale:shift:kept:y:));                                     \
    void ck_batch_norm_fixed_##TAG(long m, long n, const T *_Nullable x, const T *_Nullable scale,        \
        const T *_Nullable shift, const T *_Nullable mean, const T *_Nullable variance, T *_Nullable y)   \
        CK_NAME(TAG, batchNormFixed(rows:channels:x:scale:shift:mean:variance:y:));                       \
    void ck_batch_norm_back_##TAG(long m, long n, const T *_Nullable x, const T *_Nullable kept,          \
        const T *_Nullable scale, const T *_Nullable gy, int add, T *_Nullable gx, int addw,              \
        T *_Nullable gscale, T *_Nullable gshift)                                                         \
        CK_NAME(TAG, batchNormBack(rows:channels:x:kept:scale:gy:adds:gx:addsParameters:gscale:gshift:)); \
    void ck_batch_norm_r_##TAG(long m, long n, const T *_Nullable x, const T *_Nullable kept,             \
        const T *_Nullable scale, const T *_Nullable rx, const T *_Nullable vscale,                       \
        const T *_Nullable vshift, T *_Nullable ry)                                                       \
        CK_NAME(TAG, batchNormR(rows:channels:x:kept:scale:rx:vscale:vshift:ry:));                        \
    void ck_batch_norm_r_back_##TAG(long m, long n, const T *_Nullable x, const T *_Nullable kept,        \
        const T *_Nullable scale, const T *_Nullable rx, const T *_Nullable vscale,                       \
        const T *_Nullable gy, const T *_Nullable rgy, int add, T *_Nullable rgx, int addw,               \
        T *_Nullable rgscale, T *_Nullable rgshift)                                                       \
        CK_NAME(TAG, batchNormRBack(rows:channels:x:kept:scale:rx:vscale:gy:rgy:adds:rgx:addsParameters:rgscale:rgshift:));

CK_DECLARE_NORMALISATION(float, f32)
CK_DECLARE_NORMALISATION(double, f64)
