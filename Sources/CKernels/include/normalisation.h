// Normalisation: of the channels of a group of rows, and of each row by itself.
// What each computes is said where Swift names it: NormalisationKernels.
#pragma once
#include <stdint.h>
#include "names.h"

#define CK_DECLARE_NORMALISATION(T, TAG)                                                                  \
    void ck_batch_norm_##TAG(long m, long n, double epsilon, const T *_Nullable x, const T *_Nullable scale,              \
        const T *_Nullable shift, T *_Nullable kept, T *_Nullable y)                                      \
        CK_NAME(TAG, batchNorm(rows:channels:epsilon:x:scale:shift:kept:y:));                                     \
    void ck_batch_norm_fixed_##TAG(long m, long n, double epsilon, const T *_Nullable x, const T *_Nullable scale,        \
        const T *_Nullable shift, const T *_Nullable mean, const T *_Nullable variance, T *_Nullable y)   \
        CK_NAME(TAG, batchNormFixed(rows:channels:epsilon:x:scale:shift:mean:variance:y:));               \
    void ck_batch_norm_fixed_linear_##TAG(long m, long n, double epsilon, const T *_Nullable scale,       \
        const T *_Nullable variance, const T *_Nullable a, int add, T *_Nullable o)                       \
        CK_NAME(TAG, batchNormFixedLinear(rows:channels:epsilon:scale:variance:of:adds:to:));             \
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
        CK_NAME(TAG, batchNormRBack(rows:channels:x:kept:scale:rx:vscale:gy:rgy:adds:rgx:addsParameters:rgscale:rgshift:)); \
    void ck_layer_norm_##TAG(long m, long n, double epsilon, const T *_Nullable x,                        \
        const T *_Nullable scale, const T *_Nullable shift, T *_Nullable kept, T *_Nullable y)            \
        CK_NAME(TAG, layerNorm(rows:features:epsilon:x:scale:shift:kept:y:));                             \
    void ck_layer_norm_back_##TAG(long m, long n, const T *_Nullable x, const T *_Nullable kept,          \
        const T *_Nullable scale, const T *_Nullable gy, int add, T *_Nullable gx, int addw,              \
        T *_Nullable gscale, T *_Nullable gshift)                                                         \
        CK_NAME(TAG, layerNormBack(rows:features:x:kept:scale:gy:adds:gx:addsParameters:gscale:gshift:)); \
    void ck_layer_norm_r_##TAG(long m, long n, const T *_Nullable x, const T *_Nullable kept,             \
        const T *_Nullable scale, const T *_Nullable rx, const T *_Nullable vscale,                       \
        const T *_Nullable vshift, T *_Nullable moments, T *_Nullable ry)                                 \
        CK_NAME(TAG, layerNormR(rows:features:x:kept:scale:rx:vscale:vshift:moments:ry:));                \
    void ck_layer_norm_r_back_##TAG(long m, long n, const T *_Nullable x, const T *_Nullable kept,        \
        const T *_Nullable scale, const T *_Nullable rx, const T *_Nullable moments,                      \
        const T *_Nullable vscale, const T *_Nullable gy, const T *_Nullable rgy, int add,                \
        T *_Nullable rgx, int addw, T *_Nullable rgscale, T *_Nullable rgshift)                           \
        CK_NAME(TAG, layerNormRBack(rows:features:x:kept:scale:rx:moments:vscale:gy:rgy:adds:rgx:addsParameters:rgscale:rgshift:));

CK_DECLARE_NORMALISATION(float, f32)
CK_DECLARE_NORMALISATION(double, f64)
