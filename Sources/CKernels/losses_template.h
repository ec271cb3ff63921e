// The losses for one scalar type T.

CLONES static T F(lane_largest)(long n, const T *z) {
    T tops[LANES], top = z[0];
    for (long l = 0; l < LANES; l++) tops[l] = z[l];
    for (long i = LANES; i < n; i += LANES)
        for (long l = 0; l < LANES; l++) tops[l] = z[i + l] > tops[l] ? z[i + l] : tops[l];
    for (long l = 0; l < LANES; l++) top = tops[l] > top ? tops[l] : top;
    return top;
}
INLINE T F(largest)(long n, const T *z) {
    long i = n / LANES * LANES;
    T top = i ? F(lane_largest)(i, z) : z[0];
    for (; i < n; i++) top = z[i] > top ? z[i] : top;
    return top;
}
/* A piece of a row of n: s ← z − top; returns what it adds to −(1 − e) z(label) − e/n Σ z, label counted from its start. */
INLINE double F(shift)(long w, long n, double e, const T *z, double top, long label, double *s) {
    for (long j = 0; j < w; j++) s[j] = z[j] - top;
    return -(0 <= label && label < w ? (1 - e) * s[label] : 0) - (e ? e / n * total(w, s) : 0);
}
/* Rows of at most BLOCK values: Σ log Σ eᶻ − (1 − e) z(label) − e/n Σ z, and the products of Σ eᶻ⁻ᵗᵒᵖ in *sums, whose
   logarithm is still to be added. */
static double F(short_rows)(
    long m, long n, double e, const T *z, const int32_t *label, int32_t padding, T *p, double *sums) {
    double s[BLOCK], loss = 0;
    for (long i = 0; i < m; i++) {
        double own = F(shift)(n, n, e, z + i * n, F(largest)(n, z + i * n), label[i], s + i * n);
        if (label[i] != padding) loss += own;
    }
    exponentials(m * n, s);
    for (long i = 0; i < m; i++) {
        if (label[i] == padding) {
            if (p) memset(p + i * n, 0, n * sizeof(T));
            continue;
        }
        double sum = total(n, s + i * n), inverse = 1 / sum;
        *sums *= sum;
        if (p) for (long j = 0; j < n; j++) p[i * n + j] = s[i * n + j] * inverse;
    }
    return loss;
}
/* The same of one longer row. */
static double F(long_row)(long n, double e, const T *z, int32_t label, T *p, double *sums) {
    double s[BLOCK], top = F(largest)(n, z), sum = 0, loss = 0;
    for (long j = 0; j < n; j += BLOCK) {
        long w = n - j < BLOCK ? n - j : BLOCK;
        loss += F(shift)(w, n, e, z + j, top, label - j, s);
        exponentials(w, s);
        sum += total(w, s);
        if (p) for (long i = 0; i < w; i++) p[j + i] = s[i];
    }
    *sums *= sum;
    T inverse = 1 / sum;
    if (p) for (long j = 0; j < n; j++) p[j] *= inverse;
    return loss;
}
double F(cross_entropy)(long m, long n, double e, const T *z, const int32_t *label, int32_t padding, T *p) {
    double loss = 0;
    for (long i = 0, rows; i < m; i += rows) {
        rows = n > BLOCK ? 1 : m - i < BLOCK / n ? m - i : BLOCK / n;
        double sums = 1; /* at most n to the power of rows: 2²⁵⁶ */
        T *to = p ? p + i * n : 0;
        if (n > BLOCK && label[i] == padding) {
            if (to) memset(to, 0, n * sizeof(T));
            continue;
        }
        loss += n > BLOCK ? F(long_row)(n, e, z + i * n, label[i], to, &sums)
                          : F(short_rows)(rows, n, e, z + i * n, label + i, padding, to, &sums);
        loss += log(sums);
    }
    return loss;
}
void F(cross_entropy_first)(
    long m, long n, double e, const T *p, const int32_t *label, int32_t padding, T scale, T *o) {
    T rest = e / n, full = 1 - e;
    for (long i = 0; i < m; i++, p += n, o += n) {
        if (label[i] == padding) {
            memset(o, 0, n * sizeof(T));
            continue;
        }
        for (long j = 0; j < n; j++) o[j] = scale * (p[j] - rest);
        o[label[i]] -= scale * full;
    }
}
void F(cross_entropy_second)(long m, long n, const T *p, const T *u, T scale, T *o) {
    for (long i = 0; i < m; i++, p += n, u += n, o += n) {
        T pu = 0;
        for (long j = 0; j < n; j++) pu += p[j] * u[j];
        for (long j = 0; j < n; j++) o[j] = scale * p[j] * (u[j] - pu);
    }
}

/* Σ max(z, 0) − z t + log(1 + s), s = e^−|z|. The logarithms of a block are that of one product, Π (1 + s) = 1 + q:
   q ← q + s + q s loses nothing where s is small. */
CLONES double F(logistic)(long n, const T *z, const T *t, T *p) {
    double loss = 0;
    for (long i0 = 0; i0 < n; i0 += BLOCK, z += BLOCK, t += BLOCK) {
        long w = n - i0 < BLOCK ? n - i0 : BLOCK, whole = w / LANES * LANES;
        double s[BLOCK], line[LANES] = {0}, q[LANES] = {0}, product = 0;
        for (long i = 0; i < w; i++) s[i] = exp_f64(-fabs((double)z[i]));
        for (long i = 0; i < whole; i += LANES)
            for (long l = 0; l < LANES; l++) {
                double x = z[i + l];
                line[l] += (x > 0 ? x : 0) - x * t[i + l];
                q[l] += s[i + l] + q[l] * s[i + l];
            }
        for (long i = whole; i < w; i++) {
            double x = z[i];
            line[0] += (x > 0 ? x : 0) - x * t[i];
            q[0] += s[i] + q[0] * s[i];
        }
        for (long l = 0; l < LANES; l++) {
            loss += line[l];
            product += q[l] + product * q[l];
        }
        loss += log1p(product);
        if (p) for (long i = 0; i < w; i++) p[i0 + i] = (z[i] > 0 ? 1 : s[i]) / (1 + s[i]);
    }
    return loss;
}
void F(logistic_first)(long n, const T *p, const T *t, T scale, T *o) {
    for (long i = 0; i < n; i++) o[i] = scale * (p[i] - t[i]);
}
void F(logistic_second)(long n, const T *p, const T *u, T scale, T *o) {
    for (long i = 0; i < n; i++) o[i] = scale * p[i] * (1 - p[i]) * u[i];
}

double F(squared_error)(long n, const T *y, const T *t, T *d) {
    double sum = 0;
    for (long i = 0; i < n; i++) {
        T e = y[i] - t[i];
        if (d) d[i] = e;
        sum += (double)e * e;
    }
    return sum;
}

double F(norm_error)(long m, long n, const T *y, const T *t, T *d) {
    double sum = 0;
    for (long i = 0; i < m; i++) sum += sqrt(F(squared_error)(n, y + i * n, t + i * n, d ? d + i * n : 0));
    return sum;
}
static T F(inverse_norm)(long n, const T *d) {
    double s = 0;
    for (long j = 0; j < n; j++) s += (double)d[j] * d[j];
    return s > 0 ? 1 / sqrt(s) : 0;
}
void F(norm_error_first)(long m, long n, const T *d, T scale, T *o) {
    for (long i = 0; i < m; i++, d += n, o += n) {
        T inverse = F(inverse_norm)(n, d);
        for (long j = 0; j < n; j++) o[j] = scale * inverse * d[j];
    }
}
void F(norm_error_second)(long m, long n, const T *d, const T *u, T scale, T *o) {
    for (long i = 0; i < m; i++, d += n, u += n, o += n) {
        T inverse = F(inverse_norm)(n, d), du = 0;
        for (long j = 0; j < n; j++) du += inverse * d[j] * u[j];
        for (long j = 0; j < n; j++) o[j] = scale * inverse * (u[j] - inverse * d[j] * du);
    }
}

/* R = diag(√p) − p √pᵀ */
void F(cross_entropy_root)(long m, long n, const T *p, const T *s, T *o) {
    for (long i = 0; i < m; i++, p += n, s += n, o += n) {
        double qs = 0;
        for (long j = 0; j < n; j++) qs += sqrt(p[j]) * s[j];
        for (long j = 0; j < n; j++) o[j] = sqrt(p[j]) * s[j] - p[j] * qs;
    }
}
void F(cross_entropy_sampled)(
    long m, long n, const T *p, const int32_t *label, int32_t padding, const uint32_t *words, T *o) {
    for (long i = 0; i < m; i++, p += n, o += n, words += (n + 1) / 2 * 2) {
        if (label[i] == padding) {
            memset(o, 0, n * sizeof(T));
            continue;
        }
        double u = (words[0] + 0.5) * 0x1p-32, below = 0;
        long c = 0;
        for (long j = 0; j < n; j++) {
            o[j] = p[j];
            if (j < n - 1 && (below += p[j]) <= u) c = j + 1;
        }
        o[c] -= 1;
    }
}
void F(logistic_root)(long n, const T *p, const T *s, T scale, T *o) {
    for (long i = 0; i < n; i++) o[i] = sqrt(scale * p[i] * (1 - p[i])) * s[i];
}
void F(logistic_sampled)(long m, long n, const T *p, const uint32_t *words, T scale, T *o) {
    for (long i = 0; i < m; i++, p += n, o += n, words += (n + 1) / 2 * 2)
        for (long j = 0; j < n; j++) o[j] = scale * (p[j] - ((words[j] + 0.5) * 0x1p-32 < p[j]));
}
void F(norm_error_root)(long m, long n, const T *d, const T *s, T *o) {
    for (long i = 0; i < m; i++, d += n, s += n, o += n) {
        T inverse = F(inverse_norm)(n, d), root = sqrt(inverse), ds = 0;
        for (long j = 0; j < n; j++) ds += inverse * d[j] * s[j];
        for (long j = 0; j < n; j++) o[j] = root * (s[j] - inverse * d[j] * ds);
    }
}
/* R (p − t)/√p = p − t, since the sum of p − t is 0. */
void F(cross_entropy_white)(long m, long n, double e, const T *p, const int32_t *label, int32_t padding, T *o) {
    double rest = e / n, full = 1 - e;
    for (long i = 0; i < m; i++, p += n, o += n)
        for (long j = 0; j < n; j++)
            o[j] = label[i] == padding
                ? 0 : (p[j] - rest - (j == label[i] ? full : 0)) / sqrt(p[j] > 1e-30 ? p[j] : 1e-30);
}
void F(logistic_white)(long n, const T *p, const T *t, T scale, T *o) {
    for (long i = 0; i < n; i++) {
        T q = p[i] * (1 - p[i]);
        o[i] = scale * (p[i] - t[i]) / sqrt(q > 1e-30 ? q : 1e-30);
    }
}
void F(row_products)(long m, long n, const T *r, const T *u, const T *b, double *o) {
    for (long i = 0; i < m * n; i++, r += n) {
        double sum = b[i];
        if (u) for (long j = 0; j < n; j++) sum += (double)r[j] * u[i / n * n + j];
        o[i] = sum;
    }
}
void F(signs)(long m, long n, const uint32_t *words, T *o) {
    for (long i = 0; i < m; i++, o += n, words += (n + 31) / 32)
        for (long j = 0; j < n; j++) o[j] = words[j / 32] >> j % 32 & 1 ? 1 : -1;
}
void F(normals)(long m, long n, const uint32_t *words, T *o) {
    for (long i = 0; i < m; i++, o += n, words += (n + 1) / 2 * 2)
        for (long j = 0; j < n; j += 2) {
            double radius = sqrt(-2 * log((words[j] + 0.5) * 0x1p-32));
            double angle = 2 * 3.14159265358979323846 * (words[j + 1] + 0.5) * 0x1p-32;
            o[j] = radius * cos(angle);
            if (j + 1 < n) o[j + 1] = radius * sin(angle);
        }
}
