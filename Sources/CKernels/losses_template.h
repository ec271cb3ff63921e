// The losses for one scalar type T.

double F(cross_entropy)(long m, long n, double e, const T *z, const int32_t *label, T *p) {
    double loss = 0;
    for (long i = 0; i < m; i++, z += n) {
        double top = z[0], sum = 0, all = 0;
        for (long j = 1; j < n; j++) top = z[j] > top ? z[j] : top;
        for (long j = 0; j < n; j++) {
            double s = exp(z[j] - top);
            sum += s;
            all += z[j] - top;
            if (p) p[i * n + j] = s;
        }
        if (p) for (long j = 0; j < n; j++) p[i * n + j] /= sum;
        loss += log(sum) - (1 - e) * (z[label[i]] - top) - e / n * all;
    }
    return loss;
}
void F(cross_entropy_first)(long m, long n, double e, const T *p, const int32_t *label, T scale, T *o) {
    T rest = e / n, full = 1 - e;
    for (long i = 0; i < m; i++, p += n, o += n) {
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

/* max(z, 0) − z t + log(1 + e^−|z|) */
double F(logistic)(long n, const T *z, const T *t, T *p) {
    double loss = 0;
    for (long i = 0; i < n; i++) {
        double x = z[i], s = exp(-fabs(x));
        loss += (x > 0 ? x : 0) - x * t[i] + log1p(s);
        if (p) p[i] = x > 0 ? 1 / (1 + s) : s / (1 + s);
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
void F(cross_entropy_sampled)(long m, long n, const T *p, const uint32_t *words, T *o) {
    for (long i = 0; i < m; i++, p += n, o += n, words += (n + 1) / 2 * 2) {
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
void F(cross_entropy_white)(long m, long n, double e, const T *p, const int32_t *label, T *o) {
    double rest = e / n, full = 1 - e;
    for (long i = 0; i < m; i++, p += n, o += n)
        for (long j = 0; j < n; j++)
            o[j] = (p[j] - rest - (j == label[i] ? full : 0)) / sqrt(p[j] > 1e-30 ? p[j] : 1e-30);
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
