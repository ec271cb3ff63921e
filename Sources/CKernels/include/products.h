// Products of matrices. Strides are counts of values; element (i, p) of `a` is `a[i·rowStride + p·columnStride]`.
// What each computes is said where Swift names it: ProductKernels.
#pragma once
#include <stdint.h>
#include "names.h"

#define CK_DECLARE_PRODUCTS(T, TAG)                                                                       \
    void ck_gemm_##TAG(long m, long n, long k, const T *_Nullable a, long ars, long acs,                  \
        const T *_Nullable b, long brs, long bcs, const T *_Nullable bias, int add, T *_Nullable c,       \
        long ldc)                                                                                         \
        CK_NAME(TAG, gemm(m:n:k:a:rowStride:columnStride:b:rowStride:columnStride:bias:adds:c:rowStride:)); \
    void ck_gemm2_##TAG(long m, long n, long k, const T *_Nullable a, const T *_Nullable a2, long ars,    \
        long acs, const T *_Nullable b, const T *_Nullable b2, long brs, long bcs,                        \
        const T *_Nullable bias, int add, T *_Nullable c, long ldc)                                       \
        CK_NAME(TAG, gemm(m:n:k:a:and:rowStride:columnStride:b:and:rowStride:columnStride:bias:adds:c:rowStride:)); \
    long ck_packed_size_##TAG(long k, long n)                                                             \
        CK_NAME(TAG, packedSize(rows:columns:));                                                          \
    void ck_pack_##TAG(long k, long first, long last, long n, const T *_Nullable b, long brs, long bcs,   \
        T *_Nullable packed)                                                                              \
        CK_NAME(TAG, pack(rows:from:to:columns:b:rowStride:columnStride:packed:));                        \
    void ck_row_products_##TAG(long m, long n, const T *_Nullable r, const T *_Nullable u,                \
        const T *_Nullable b, double *_Nullable o)                                                        \
        CK_NAME(TAG, rowProducts(rows:columns:r:u:b:to:));                                                \
    void ck_add_gram_##TAG(long m, long n, long k, T one, const T *_Nullable p, const T *_Nullable q,     \
        double *_Nullable o, long ldo)                                                                    \
        CK_NAME(TAG, addGram(rows:columns:size:one:p:q:to:rowStride:));

CK_DECLARE_PRODUCTS(float, f32)
CK_DECLARE_PRODUCTS(double, f64)
