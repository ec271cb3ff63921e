// Pooling of images over the windows that are the first argument.
// What each computes is said where Swift names it: PoolingKernels.
#pragma once
#include <stdint.h>
#include "names.h"

/* Pooling over windows; cells outside the image count for nothing, or for an average by `count_padding`. */
typedef struct {
    long height, width, channels, out_height, out_width;
    long size_height, size_width, stride_height, stride_width, top, left;
    int count_padding;
} ck_pool;

#define CK_DECLARE_POOLING(T, TAG)                                                                        \
    void ck_max_pool_##TAG(const ck_pool *_Nullable g, long n, const T *_Nullable x, T *_Nullable y,      \
        uint8_t *_Nullable index)                                                                         \
        CK_NAME(TAG, maxPool(_:samples:x:y:winners:));                                                    \
    void ck_pool_gather_##TAG(const ck_pool *_Nullable g, long n, const uint8_t *_Nullable index,         \
        const T *_Nullable a, int add, T *_Nullable o)                                                    \
        CK_NAME(TAG, poolGather(_:samples:winners:from:adds:to:));                                        \
    void ck_pool_scatter_##TAG(const ck_pool *_Nullable g, long n, const uint8_t *_Nullable index,        \
        const T *_Nullable a, int add, T *_Nullable o)                                                    \
        CK_NAME(TAG, poolScatter(_:samples:winners:from:adds:to:));                                       \
    void ck_average_pool_##TAG(const ck_pool *_Nullable g, long n, const T *_Nullable a, int add,         \
        T *_Nullable o)                                                                                   \
        CK_NAME(TAG, averagePool(_:samples:from:adds:to:));                                               \
    void ck_average_pool_back_##TAG(const ck_pool *_Nullable g, long n, const T *_Nullable a, int add,    \
        T *_Nullable o)                                                                                   \
        CK_NAME(TAG, averagePoolBack(_:samples:from:adds:to:));

CK_DECLARE_POOLING(float, f32)
CK_DECLARE_POOLING(double, f64)
