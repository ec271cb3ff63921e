// Convolution 3×3 with stride 1: values at a point by F(2×2, 3×3), tangents and transposes by F(4×4, 3×3).
//
// What rounding does to the values of early layers, all products at the point inherit, many times as large as what it
// does to the products themselves. So a forward pass of one term, which is that at a point, takes the smaller tiles:
// they cost once a point, and the products, of which there are many, keep the speed of the larger ones.
#include "convolution.h"

#define PUBLIC(T, TAG)                                                                             \
    static long large_##TAG(const ck_convolution *g, int transposed) {                             \
        return ck_winograd4_##TAG()->packed_size(g, transposed);                                   \
    }                                                                                              \
    static long size_##TAG(const ck_convolution *g, int transposed) {                              \
        return large_##TAG(g, transposed) + (transposed ? 0 : ck_winograd2_##TAG()->packed_size(g, 0)); \
    }                                                                                              \
    static long workspace_##TAG(const ck_convolution *g) {                                         \
        long large = ck_winograd4_##TAG()->workspace(g), small = ck_winograd2_##TAG()->workspace(g); \
        return large > small ? large : small;                                                      \
    }                                                                                              \
    static void pack_##TAG(const ck_convolution *g, const T *w, int transposed, T *packed) {       \
        ck_winograd4_##TAG()->pack(g, w, transposed, packed);                                      \
        if (!transposed) ck_winograd2_##TAG()->pack(g, w, 0, packed + large_##TAG(g, 0));          \
    }                                                                                              \
    static void forward_##TAG(const ck_convolution *g, long n, const T *x, const T *w, const T *x2, \
                              const T *w2, const T *bias, int add, T *y) {                         \
        if (x2) ck_winograd4_##TAG()->forward(g, n, x, w, x2, w2, bias, add, y);                   \
        else ck_winograd2_##TAG()->forward(g, n, x, w + large_##TAG(g, 0), 0, 0, bias, add, y);    \
    }                                                                                              \
    static void backward_##TAG(const ck_convolution *g, long n, const T *gy, const T *w, const T *gy2, \
                               const T *w2, int add, T *gx) {                                      \
        ck_winograd4_##TAG()->backward(g, n, gy, w, gy2, w2, add, gx);                             \
    }                                                                                              \
    static void filter_gradient_##TAG(const ck_convolution *g, long n, const T *x, const T *gy, const T *x2, \
                                      const T *gy2, int add, T *gw) {                              \
        ck_winograd4_##TAG()->filter_gradient(g, n, x, gy, x2, gy2, add, gw);                      \
    }                                                                                              \
    const ck_convolver_##TAG *ck_winograd_mixed_##TAG(void) {                                      \
        static const ck_convolver_##TAG table = {size_##TAG, workspace_##TAG, pack_##TAG,          \
                                                 forward_##TAG, backward_##TAG, filter_gradient_##TAG}; \
        return &table;                                                                             \
    }
PUBLIC(float, f32)
PUBLIC(double, f64)
