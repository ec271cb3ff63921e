// Symmetric matrices, as squares and as packed lower triangles, row by row.
// What each computes is said where Swift names it: TriangleKernels.
#pragma once
#include <stdint.h>
#include "names.h"

#define CK_DECLARE_TRIANGLES(T, TAG)                                                                      \
    void ck_pack_triangle_##TAG(long n, const T *_Nullable square, T scale, int add, T *_Nullable packed) \
        CK_NAME(TAG, packTriangle(order:square:scale:adds:packed:));                                      \
    void ck_spread_triangle_##TAG(long n, const T *_Nullable packed, T *_Nullable square)                 \
        CK_NAME(TAG, spreadTriangle(order:packed:square:));                                               \
    void ck_mirror_##TAG(long n, T *_Nullable square, long stride)                                        \
        CK_NAME(TAG, mirror(order:square:rowStride:));                                                    \
    void ck_damped_square_##TAG(long n, const T *_Nullable packed, double scale, double shift,            \
        double *_Nullable square)                                                                         \
        CK_NAME(TAG, dampedSquare(order:packed:scale:shift:square:));                                     \
    void ck_round_triangle_##TAG(long n, const double *_Nullable square, T *_Nullable packed)             \
        CK_NAME(TAG, roundTriangle(order:square:packed:));                                                \
    double ck_trace_##TAG(long n, const T *_Nullable packed)                                              \
        CK_NAME(TAG, trace(order:packed:));

CK_DECLARE_TRIANGLES(float, f32)
CK_DECLARE_TRIANGLES(double, f64)
