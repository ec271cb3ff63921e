// Vector kernels of replicated vectors: contraction off, so every clone gives the same bits.
#include "CKernels.h"

#if defined(__x86_64__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif

#define VECTOR(T, TAG)                                                                            \
    CLONES double ck_dot_##TAG(long n, const T *x, const T *y) {                                  \
        _Pragma("clang fp contract(off)") double s[16] = {0}, sum = 0;                            \
        long i = 0;                                                                               \
        for (; i + 16 <= n; i += 16)                                                              \
            for (int l = 0; l < 16; l++) s[l] += (double)x[i + l] * (double)y[i + l];             \
        for (int l = 0; i < n; i++, l++) s[l] += (double)x[i] * (double)y[i];                     \
        for (int l = 0; l < 16; l++) sum += s[l];                                                 \
        return sum;                                                                               \
    }                                                                                             \
    CLONES void ck_axpy_##TAG(long n, T alpha, const T *restrict x, T *restrict y) {              \
        _Pragma("clang fp contract(off)") for (long i = 0; i < n; i++) y[i] += alpha * x[i];      \
    }                                                                                             \
    CLONES void ck_xpby_##TAG(long n, const T *restrict x, T beta, T *restrict y) {               \
        _Pragma("clang fp contract(off)") for (long i = 0; i < n; i++) y[i] = x[i] + beta * y[i]; \
    }
VECTOR(float, f32)
VECTOR(double, f64)
