// Batch normalisation of one group: m rows (all pixels of its samples) of n channels; for one scalar type T.
//
// Channels go by panels whose coefficients stay in the nearest cache, rows by chunks that do so too. A chunk's sums
// are formed in vector registers, in T; chunks are added up in double.

typedef T F(strip) __attribute__((ext_vector_type(64 / sizeof(T)), aligned(sizeof(T)), may_alias));
#define LANES ((long)(64 / sizeof(T)))

/* The statements for each strip of channels j …, V a vector of them or a single one; LD reads it. */
#define EACH_STRIP(w, ...)                                                                         \
    {                                                                                              \
        long j = 0;                                                                                \
        { typedef F(strip) V; for (; j + LANES <= (w); j += LANES) { __VA_ARGS__ } }               \
        { typedef T V; for (; j < (w); j++) { __VA_ARGS__ } }                                      \
    }
#define LD(p) (*(const V *)(p))
#define ST(p, v) (*(V *)(p) = (v))
#define EACH_PANEL for (long j0 = 0, w; w = n - j0 < PANEL ? n - j0 : PANEL, j0 < n; j0 += PANEL)
#define EACH_CHUNK for (long i0 = 0, rows, most = CHUNK / w; rows = m - i0 < most ? m - i0 : most, i0 < m; i0 += most)
#define EACH_CHANNEL for (long j = 0; j < w; j++)
/* One sweep over a panel's rows: o = [o +] the value of channel j in the row that begins at q. */
#define WRITE(o, add, value)                                                                       \
    for (long i = 0, q = j0; i < m; i++, q += n) {                                                 \
        if (add) EACH_CHANNEL (o)[q + j] += (value);                                               \
        else EACH_CHANNEL (o)[q + j] = (value);                                                    \
    }

/* Mean and squared deviations of each chunk, put together as Chan, Golub & LeVeque (1983) do: one sweep, and no
   cancellation where the mean is large. */
CLONES void F(batch_norm)(long m, long n, double epsilon, const T *restrict x, const T *restrict scale, const T *restrict shift,
                          T *restrict kept, T *restrict y) {
    T *mean = kept, *variance = kept + n, *inverse = kept + 2 * n;
    EACH_PANEL {
        double centre[PANEL] = {0}, squares[PANEL] = {0};
        T middle[PANEL], rest[PANEL], square[PANEL], a[PANEL], c[PANEL], e[PANEL];
        EACH_CHUNK {
            const T *p = x + i0 * n + j0, part = (T)1 / (T)rows;
            EACH_STRIP(w, V s = {0}; for (long i = 0; i < rows; i++) s += LD(p + i * n + j);
                       V about = s * part, r = {0}, q = {0};
                       for (long i = 0; i < rows; i++) { V d = LD(p + i * n + j) - about; r += d; q += d * d; }
                       ST(middle + j, about); ST(rest + j, r); ST(square + j, q);)
            double share = (double)rows / (i0 + rows);
            EACH_CHANNEL {
                double off = (double)rest[j] / rows, d = middle[j] + off - centre[j];
                centre[j] += d * share;
                squares[j] += square[j] - rows * off * off + d * d * share * i0;
            }
        }
        EACH_CHANNEL {
            double v = squares[j] > 0 ? squares[j] / m : squares[j] != squares[j] ? squares[j] : 0;
            double r = 1 / sqrt(v + epsilon);
            mean[j0 + j] = centre[j], variance[j0 + j] = v, inverse[j0 + j] = r;
            a[j] = scale[j0 + j] * r, c[j] = mean[j0 + j], e[j] = shift[j0 + j];
        }
        WRITE(y, 0, a[j] * (x[q + j] - c[j]) + e[j])
    }
}

CLONES void F(batch_norm_fixed)(long m, long n, double epsilon, const T *restrict x, const T *restrict scale,
                                const T *restrict shift, const T *restrict mean, const T *restrict variance,
                                T *restrict y) {
    EACH_PANEL {
        T a[PANEL], c[PANEL], e[PANEL];
        EACH_CHANNEL {
            a[j] = scale[j0 + j] / sqrt((double)variance[j0 + j] + epsilon), c[j] = mean[j0 + j], e[j] = shift[j0 + j];
        }
        WRITE(y, 0, a[j] * (x[q + j] - c[j]) + e[j])
    }
}

/* What `batch_norm_fixed` does to a tangent of x, and its transpose to a cotangent: o = [o +] scale·a/std. */
CLONES void F(batch_norm_fixed_linear)(long m, long n, double epsilon, const T *restrict scale,
                                       const T *restrict variance, const T *restrict a, int add, T *restrict o) {
    EACH_PANEL {
        T f[PANEL];
        EACH_CHANNEL f[j] = scale[j0 + j] / sqrt((double)variance[j0 + j] + epsilon);
        WRITE(o, add, f[j] * a[q + j])
    }
}

/* gscale = Σ gy·x̂, gshift = Σ gy, and with their means s, t:  gx = scale·r·(gy − t − x̂·s). */
CLONES void F(batch_norm_back)(long m, long n, const T *restrict x, const T *restrict kept, const T *restrict scale,
                               const T *restrict gy, int add, T *restrict gx, int addw, T *restrict gscale,
                               T *restrict gshift) {
    EACH_PANEL {
        const T *mean = kept + j0, *inverse = kept + 2 * n + j0;
        double g[PANEL] = {0}, gd[PANEL] = {0};
        T sg[PANEL], sgd[PANEL], a[PANEL], c[PANEL], e[PANEL];
        EACH_CHUNK {
            const T *p = x + i0 * n + j0, *u = gy + i0 * n + j0;
            EACH_STRIP(w, V s = {0}, t = {0}, about = LD(mean + j);
                       for (long i = 0; i < rows; i++) {
                           V v = LD(u + i * n + j);
                           s += v; t += v * (LD(p + i * n + j) - about);
                       } ST(sg + j, s); ST(sgd + j, t);)
            EACH_CHANNEL g[j] += sg[j], gd[j] += sgd[j];
        }
        EACH_CHANNEL {
            double r = inverse[j], gamma = scale[j0 + j];
            if (gscale) gscale[j0 + j] = r * gd[j] + (addw ? gscale[j0 + j] : 0);
            if (gshift) gshift[j0 + j] = g[j] + (addw ? gshift[j0 + j] : 0);
            a[j] = gamma * r, c[j] = -gamma * r * r * r * gd[j] / m, e[j] = -gamma * r * g[j] / m;
        }
        if (gx) WRITE(gx, add, a[j] * gy[q + j] + (c[j] * (x[q + j] - mean[j]) + e[j]))
    }
}

/* With the means s of rx and t of x̂·rx:  rx̂ = r·(rx − s − x̂·t),  ry = vscale·x̂ + scale·rx̂ + vshift. */
CLONES void F(batch_norm_r)(long m, long n, const T *restrict x, const T *restrict kept, const T *restrict scale,
                            const T *restrict rx, const T *restrict vscale, const T *restrict vshift, T *restrict ry) {
    EACH_PANEL {
        const T *mean = kept + j0, *inverse = kept + 2 * n + j0;
        double s[PANEL] = {0}, d[PANEL] = {0};
        T ss[PANEL], sd[PANEL], a[PANEL], c[PANEL], e[PANEL];
        if (rx) EACH_CHUNK {
            const T *p = x + i0 * n + j0, *u = rx + i0 * n + j0;
            EACH_STRIP(w, V o = {0}, t = {0}, about = LD(mean + j);
                       for (long i = 0; i < rows; i++) {
                           V v = LD(u + i * n + j);
                           o += v; t += v * (LD(p + i * n + j) - about);
                       } ST(ss + j, o); ST(sd + j, t);)
            EACH_CHANNEL s[j] += ss[j], d[j] += sd[j];
        }
        EACH_CHANNEL {
            double r = inverse[j], gamma = scale[j0 + j];
            a[j] = gamma * r, c[j] = r * (vscale[j0 + j] - gamma * r * r * d[j] / m);
            e[j] = vshift[j0 + j] - gamma * r * s[j] / m;
        }
        if (rx) WRITE(ry, 0, a[j] * rx[q + j] + (c[j] * (x[q + j] - mean[j]) + e[j]))
        else WRITE(ry, 0, c[j] * (x[q + j] - mean[j]) + e[j])
    }
}

/* The tangent of batch_norm_back. With h = gy − t − x̂·s (s, t the means of gy·x̂ and gy):
   rgscale = Σ (rgy·x̂ + gy·rx̂), rgshift = Σ rgy, and with their means rs, rt
   rgx = R(scale·r)·h + scale·r·(rgy − rt − rx̂·s − x̂·rs). */
CLONES void F(batch_norm_r_back)(long m, long n, const T *restrict x, const T *restrict kept, const T *restrict scale,
                                 const T *restrict rx, const T *restrict vscale, const T *restrict gy,
                                 const T *restrict rgy, int add, T *restrict rgx, int addw, T *restrict rgscale,
                                 T *restrict rgshift) {
    EACH_PANEL {
        const T *mean = kept + j0, *inverse = kept + 2 * n + j0;
        /* Σ of rgy, rgy·d, gy, gy·d, gy·rx, rx, rx·d, with d = x − mean */
        double total[7][PANEL] = {{0}};
        T sum[7][PANEL], a[PANEL], b[PANEL], c[PANEL], e[PANEL], f[PANEL];
        EACH_CHUNK {
            const T *p = x + i0 * n + j0, *pr = rx + i0 * n + j0, *pg = gy + i0 * n + j0, *pq = rgy + i0 * n + j0;
            EACH_STRIP(w, V s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0}, s4 = {0}, s5 = {0}, s6 = {0}, about = LD(mean + j);
                       for (long i = 0; i < rows; i++) {
                           V d = LD(p + i * n + j) - about, r = LD(pr + i * n + j), g = LD(pg + i * n + j);
                           V q = LD(pq + i * n + j);
                           s0 += q; s1 += q * d; s2 += g; s3 += g * d; s4 += g * r; s5 += r; s6 += r * d;
                       } ST(sum[0] + j, s0); ST(sum[1] + j, s1); ST(sum[2] + j, s2); ST(sum[3] + j, s3);
                       ST(sum[4] + j, s4); ST(sum[5] + j, s5); ST(sum[6] + j, s6);)
            for (long k = 0; k < 7; k++) EACH_CHANNEL total[k][j] += sum[k][j];
        }
        EACH_CHANNEL {
            double r = inverse[j], gamma = scale[j0 + j];
            double t = total[2][j] / m, s = r * total[3][j] / m;            /* means of gy and gy·x̂ */
            double rmean = total[5][j] / m, rdev = r * total[6][j] / m;     /* means of rx and rx·x̂ */
            double cross = r * (total[4][j] - rmean * total[2][j] - rdev * r * total[3][j]); /* Σ gy·rx̂ */
            double rs = (r * total[1][j] + cross) / m, rt = total[0][j] / m;
            double rfactor = r * (vscale[j0 + j] - gamma * r * rdev);       /* R(scale·r) */
            if (rgscale) rgscale[j0 + j] = rs * m + (addw ? rgscale[j0 + j] : 0);
            if (rgshift) rgshift[j0 + j] = total[0][j] + (addw ? rgshift[j0 + j] : 0);
            a[j] = rfactor, b[j] = gamma * r, f[j] = -gamma * r * r * s;
            c[j] = r * (gamma * r * (r * rdev * s - rs) - rfactor * s);
            e[j] = -rfactor * t - gamma * r * (rt - r * rmean * s);
        }
        if (rgx)
            WRITE(rgx, add, a[j] * gy[q + j] + b[j] * rgy[q + j]
                                + (f[j] * rx[q + j] + (c[j] * (x[q + j] - mean[j]) + e[j])))
    }
}
#undef LANES
#undef EACH_STRIP
#undef LD
#undef ST
#undef EACH_PANEL
#undef EACH_CHUNK
#undef EACH_CHANNEL
#undef WRITE
