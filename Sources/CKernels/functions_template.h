// The smooth functions for one scalar type T: value from x, derivatives from s (y or x, see ck_function).

INLINE T L(sigmoid)(T x) { return 1 / (1 + EXP(-x)); }

INLINE T L(tanh_value)(T x) { return TANH(x); }
INLINE T L(tanh_first)(T y) { return 1 - y * y; }
INLINE T L(tanh_second)(T y) { return -2 * y * (1 - y * y); }

INLINE T L(sigmoid_value)(T x) { return L(sigmoid)(x); }
INLINE T L(sigmoid_first)(T y) { return y * (1 - y); }
INLINE T L(sigmoid_second)(T y) { return y * (1 - y) * (1 - 2 * y); }

INLINE T L(softplus_value)(T x) { return (x > 0 ? x : 0) + LOG1P(EXP(x > 0 ? -x : x)); }
INLINE T L(softplus_first)(T x) { return L(sigmoid)(x); }
INLINE T L(softplus_second)(T x) { return L(sigmoid)(x) * L(sigmoid)(-x); }

/* x Φ(x), Φ the normal distribution, φ(x) = e^(−x²/2) / √2π its density. */
INLINE T L(normal)(T x) { return (T)0.5 * (1 + ERF(x * (T)0.70710678118654752440)); }
INLINE T L(density)(T x) { return (T)0.39894228040143267794 * EXP(-x * x / 2); }
INLINE T L(gelu_value)(T x) { return x * L(normal)(x); }
INLINE T L(gelu_first)(T x) { return L(normal)(x) + x * L(density)(x); }
INLINE T L(gelu_second)(T x) { return (2 - x * x) * L(density)(x); }

/* ½ x (1 + tanh u) = x σ(2u), u = √(2/π) (x + 0.044715 x³). With σ(2u) and σ(−2u) nothing cancels, as it would
   in 1 − tanh² u where u is large. */
#define U0 ((T)0.79788456080286535588)
#define U3 ((T)0.044715)
INLINE T L(gelu_tanh_value)(T x) { return x * L(sigmoid)(2 * U0 * (x + U3 * x * x * x)); }
INLINE T L(gelu_tanh_first)(T x) {
    T z = 2 * U0 * (x + U3 * x * x * x), u = U0 * (1 + 3 * U3 * x * x), s = L(sigmoid)(z);
    return s * (1 + 2 * x * L(sigmoid)(-z) * u);
}
INLINE T L(gelu_tanh_second)(T x) {
    T z = 2 * U0 * (x + U3 * x * x * x), u = U0 * (1 + 3 * U3 * x * x), s = L(sigmoid)(z), c = L(sigmoid)(-z);
    return 4 * s * c * (u + x / 2 * (U0 * 6 * U3 * x - 2 * (s - c) * u * u));
}
#undef U0
#undef U3

INLINE T L(swish_value)(T x) { return x * L(sigmoid)(x); }
INLINE T L(swish_first)(T x) {
    T s = L(sigmoid)(x);
    return s * (1 + x * L(sigmoid)(-x));
}
INLINE T L(swish_second)(T x) {
    T s = L(sigmoid)(x);
    return s * L(sigmoid)(-x) * (2 + x * (1 - 2 * s));
}

/* Operands are apart or identical (in place), never shifted: the compiler is told so, because its run-time
   overlap check would send in-place calls to scalar code. */
#define EACH _Pragma("clang loop vectorize(assume_safety)") for (long i = 0; i < n; i++)
#define SWEEPS(name)                                                                              \
    CLONES static void L(name##_sweep)(long n, const T *x, T *y) { EACH y[i] = L(name##_value)(x[i]); } \
    CLONES static void L(name##_sweep_first)(long n, const T *s, const T *a, int add, T *o) {     \
        if (add) EACH o[i] += L(name##_first)(s[i]) * a[i];                                       \
        else EACH o[i] = L(name##_first)(s[i]) * a[i];                                            \
    }                                                                                             \
    CLONES static void L(name##_sweep_second)(long n, const T *s, const T *a, const T *r, const T *g, int add, T *o) { \
        if (add) EACH o[i] += L(name##_first)(s[i]) * a[i] + L(name##_second)(s[i]) * r[i] * g[i]; \
        else EACH o[i] = L(name##_first)(s[i]) * a[i] + L(name##_second)(s[i]) * r[i] * g[i];     \
    }
SWEEPS(tanh)
SWEEPS(sigmoid)
SWEEPS(softplus)
SWEEPS(gelu)
SWEEPS(gelu_tanh)
SWEEPS(swish)
#undef SWEEPS
#undef EACH

#define CHOOSE(suffix, ...)                                                                       \
    switch (f) {                                                                                  \
    case ck_tanh: L(tanh_sweep##suffix)(__VA_ARGS__); break;                                      \
    case ck_sigmoid: L(sigmoid_sweep##suffix)(__VA_ARGS__); break;                                \
    case ck_softplus: L(softplus_sweep##suffix)(__VA_ARGS__); break;                              \
    case ck_gelu: L(gelu_sweep##suffix)(__VA_ARGS__); break;                                      \
    case ck_gelu_tanh: L(gelu_tanh_sweep##suffix)(__VA_ARGS__); break;                            \
    case ck_swish: L(swish_sweep##suffix)(__VA_ARGS__); break;                                    \
    }
void F(apply)(enum ck_function f, long n, const T *x, T *y) { CHOOSE(, n, x, y) }
void F(apply_first)(enum ck_function f, long n, const T *s, const T *a, int add, T *o) { CHOOSE(_first, n, s, a, add, o) }
void F(apply_second)(enum ck_function f, long n, const T *s, const T *a, const T *r, const T *g, int add, T *o) {
    CHOOSE(_second, n, s, a, r, g, add, o)
}
#undef CHOOSE
