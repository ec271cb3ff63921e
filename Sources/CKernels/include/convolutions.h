// Convolutions of images, of the geometry that is their first argument.
// What each computes is said where Swift names it: ConvolutionKernels.
#pragma once
#include <stdint.h>
#include "names.h"

/* A convolution of images: x is height × width × channels a sample (NHWC), y out_height × out_width ×
   filters, the filter kernel_height × kernel_width × channels × filters (HWIO). */
enum ck_algorithm {
    ck_direct,    /* any geometry */
    ck_pointwise, /* 1×1, one group, no padding: a product of matrices, over positions */
    ck_winograd2, /* 3×3, stride 1, one group, no dilation: F(2×2, 3×3) */
    ck_winograd4, /* the same by F(4×4, 3×3) */
    ck_winograd_mixed, /* the same by F(4×4), but y of one term by F(2×2) */
    ck_winograd_strided /* 3×3, stride 2, one group, no dilation: by F(4×4) in phases */
};
typedef struct {
    long height, width, channels, out_height, out_width, filters;
    long kernel_height, kernel_width, stride_height, stride_width, dilation_height, dilation_width;
    long groups, top, left; /* a filter of group i reads channels i·C/groups …; HWIO holds C/groups of them */
    enum ck_algorithm algorithm;
} ck_convolution;

#define CK_DECLARE_CONVOLUTIONS(T, TAG)                                                                   \
    long ck_packed_filter_size_##TAG(const ck_convolution *_Nullable g, int transposed)                   \
        CK_NAME(TAG, packedFilterSize(_:transposed:));                                                    \
    void ck_pack_filter_##TAG(const ck_convolution *_Nullable g, const T *_Nullable w, int transposed,    \
        T *_Nullable packed)                                                                              \
        CK_NAME(TAG, packFilter(_:w:transposed:packed:));                                                 \
    long ck_convolution_workspace_##TAG(const ck_convolution *_Nullable g)                                \
        CK_NAME(TAG, convolutionWorkspace(_:));                                                           \
    void ck_convolve_##TAG(const ck_convolution *_Nullable g, long n, const T *_Nullable x,               \
        const T *_Nullable w, const T *_Nullable x2, const T *_Nullable w2, const T *_Nullable bias,      \
        int add, T *_Nullable y)                                                                          \
        CK_NAME(TAG, convolve(_:samples:x:w:and:w:bias:adds:y:));                                         \
    void ck_convolve_back_##TAG(const ck_convolution *_Nullable g, long n, const T *_Nullable gy,         \
        const T *_Nullable w, const T *_Nullable gy2, const T *_Nullable w2, int add, T *_Nullable gx)    \
        CK_NAME(TAG, convolveBack(_:samples:gy:w:and:w:adds:gx:));                                        \
    void ck_filter_gradient_##TAG(const ck_convolution *_Nullable g, long n, const T *_Nullable x,        \
        const T *_Nullable gy, const T *_Nullable x2, const T *_Nullable gy2, int add, T *_Nullable gw)   \
        CK_NAME(TAG, filterGradient(_:samples:x:gy:and:gy:adds:gw:));                                     \
    void ck_patches_##TAG(const ck_convolution *_Nullable g, long first, long lines,                      \
        const T *_Nullable x, T *_Nullable o)                                                             \
        CK_NAME(TAG, patches(_:first:lines:x:to:));

CK_DECLARE_CONVOLUTIONS(float, f32)
CK_DECLARE_CONVOLUTIONS(double, f64)
