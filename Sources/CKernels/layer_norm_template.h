// Layer normalisation of m rows of n features, each by its own mean and variance; for one scalar type T.
//
// Sums over a row are formed in vector registers. Sums over rows go by panels of features, added up in double.

typedef T F(strip) __attribute__((ext_vector_type(64 / sizeof(T)), aligned(sizeof(T)), may_alias));
#define LANES ((long)(64 / sizeof(T)))
#define LD(p) (*(const V *)(p))
#define ST(p, v) (*(V *)(p) = (v))
/* The statements for each strip of features j of a row. */
#define EACH_STRIP(...)                                                                            \
    {                                                                                              \
        long j = 0;                                                                                \
        { typedef F(strip) V; for (; j + LANES <= n; j += LANES) { __VA_ARGS__ } }                 \
        { typedef T V; for (; j < n; j++) { __VA_ARGS__ } }                                        \
    }
/* out = the mean over a row of a value of feature j. */
#define MEAN(out, value)                                                                           \
    T out;                                                                                         \
    {                                                                                              \
        long j = 0;                                                                                \
        F(strip) lanes = {0};                                                                      \
        T sum = 0;                                                                                 \
        { typedef F(strip) V; for (; j + LANES <= n; j += LANES) lanes += (value); }               \
        for (long l = 0; l < LANES; l++) sum += lanes[l];                                          \
        { typedef T V; for (; j < n; j++) sum += (value); }                                        \
        out = sum / (T)n;                                                                          \
    }
#define EACH_ROW for (long i = 0; i < m; i++)
#define XHAT ((LD(x + i * n + j) - mean) * inverse)

CLONES void F(layer_norm)(long m, long n, double epsilon, const T *x, const T *scale, const T *shift, T *kept, T *y) {
    EACH_ROW {
        MEAN(mean, LD(x + i * n + j))
        MEAN(variance, (LD(x + i * n + j) - mean) * (LD(x + i * n + j) - mean))
        const T inverse = 1 / sqrt((double)variance + epsilon);
        kept[2 * i] = mean, kept[2 * i + 1] = inverse;
        EACH_STRIP(ST(y + i * n + j, LD(scale + j) * XHAT + LD(shift + j));)
    }
}

/* gscale = [gscale +] Σ gy·x̂ [+ gy₂·x̂'], gshift = [gshift +] Σ gy, x̂' the tangent along rx with its moments. */
static inline __attribute__((always_inline)) void F(layer_norm_sums)(
    long m, long n, const T *x, const T *kept, const T *gy, const T *gy2, const T *rx, const T *moments, int addw,
    T *gscale, T *gshift) {
    if (!gscale && !gshift) return;
    for (long j0 = 0; j0 < n; j0 += PANEL) {
        const long w = n - j0 < PANEL ? n - j0 : PANEL;
        double g[PANEL] = {0}, gd[PANEL] = {0};
        EACH_ROW {
            const T mean = kept[2 * i], inverse = kept[2 * i + 1];
            const long q = i * n + j0;
            for (long j = 0; j < w; j++) {
                const T d = (x[q + j] - mean) * inverse;
                g[j] += gy[q + j], gd[j] += gy[q + j] * d;
            }
            if (rx) {
                const T a = moments[2 * i], s = moments[2 * i + 1];
                for (long j = 0; j < w; j++) {
                    const T d = (x[q + j] - mean) * inverse;
                    gd[j] += gy2[q + j] * (inverse * (rx[q + j] - a - d * s));
                }
            }
        }
        if (gscale) for (long j = 0; j < w; j++) gscale[j0 + j] = (addw ? gscale[j0 + j] : 0) + (T)gd[j];
        if (gshift) for (long j = 0; j < w; j++) gshift[j0 + j] = (addw ? gshift[j0 + j] : 0) + (T)g[j];
    }
}

/* gx = [gx +] r·(g − mean g − x̂·mean(g·x̂)) with g = scale·gy. */
CLONES void F(layer_norm_back)(long m, long n, const T *x, const T *kept, const T *scale, const T *gy, int add, T *gx,
                               int addw, T *gscale, T *gshift) {
    F(layer_norm_sums)(m, n, x, kept, gy, 0, 0, 0, addw, gscale, gshift);
    if (!gx) return;
#define G (LD(scale + j) * LD(gy + i * n + j))
    EACH_ROW {
        const T mean = kept[2 * i], inverse = kept[2 * i + 1];
        MEAN(a, G)
        MEAN(b, G * XHAT)
        if (add) EACH_STRIP(ST(gx + i * n + j, LD(gx + i * n + j) + inverse * (G - a - XHAT * b));)
        else EACH_STRIP(ST(gx + i * n + j, inverse * (G - a - XHAT * b));)
    }
}

/* ry = scale·x̂' + vscale·x̂ + vshift with x̂' = r·(rx − mean rx − x̂·mean(x̂·rx)); both means are left in `moments`. */
CLONES void F(layer_norm_r)(long m, long n, const T *x, const T *kept, const T *scale, const T *rx, const T *vscale,
                            const T *vshift, T *moments, T *ry) {
    EACH_ROW {
        const T mean = kept[2 * i], inverse = kept[2 * i + 1];
        if (rx) {
            MEAN(a, LD(rx + i * n + j))
            MEAN(s, XHAT * LD(rx + i * n + j))
            moments[2 * i] = a, moments[2 * i + 1] = s;
            EACH_STRIP(ST(ry + i * n + j, LD(scale + j) * (inverse * (LD(rx + i * n + j) - a - XHAT * s)));)
        } else {
            EACH_STRIP(ST(ry + i * n + j, (V){0});)
        }
        if (vscale) EACH_STRIP(ST(ry + i * n + j, LD(ry + i * n + j) + LD(vscale + j) * XHAT);)
        if (vshift) EACH_STRIP(ST(ry + i * n + j, LD(ry + i * n + j) + LD(vshift + j));)
    }
}

/* The tangent of `layer_norm_back`; r' = −r²·mean(x̂·rx). */
CLONES void F(layer_norm_r_back)(long m, long n, const T *x, const T *kept, const T *scale, const T *rx,
                                 const T *moments, const T *vscale, const T *gy, const T *rgy, int add, T *rgx,
                                 int addw, T *rgscale, T *rgshift) {
    F(layer_norm_sums)(m, n, x, kept, rgy, gy, rx, moments, addw, rgscale, rgshift);
    if (!rgx) return;
#define RXHAT (inverse * (LD(rx + i * n + j) - a - XHAT * s))
#define RG (LD(scale + j) * LD(rgy + i * n + j) + (vscale ? LD(vscale + j) * LD(gy + i * n + j) : (V){0}))
#define PUT(value)                                                                                 \
    if (add) EACH_STRIP(ST(rgx + i * n + j, LD(rgx + i * n + j) + (value));)                       \
    else EACH_STRIP(ST(rgx + i * n + j, value);)
    EACH_ROW {
        const T mean = kept[2 * i], inverse = kept[2 * i + 1];
        MEAN(c, RG)
        MEAN(d, RG * XHAT)
        if (rx) {
            const T a = moments[2 * i], s = moments[2 * i + 1];
            MEAN(e, G)
            MEAN(f, G * XHAT)
            MEAN(h, G * RXHAT)
            const T b = d + h, t = inverse * s;
            PUT(inverse * (RG - c - RXHAT * f - XHAT * b - t * (G - e - XHAT * f)))
        } else {
            PUT(inverse * (RG - c - XHAT * d))
        }
    }
}
#undef LANES
#undef LD
#undef ST
#undef EACH_STRIP
#undef MEAN
#undef EACH_ROW
#undef XHAT
#undef G
#undef RXHAT
#undef RG
#undef PUT
