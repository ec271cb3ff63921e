// Kronecker factors for one scalar type T.

void F(patches)(const ck_convolution *g, long first, long lines, const T *x, T *o) {
    long c = g->channels, taps = g->kernel_width;
    for (long l = first; l < first + lines; l++) {
        const T *image = x + l / g->out_height * g->height * g->width * c;
        long top = l % g->out_height * g->stride_height - g->top;
        for (long j = 0; j < g->out_width; j++) {
            long left = j * g->stride_width - g->left;
            for (long r = 0; r < g->kernel_height; r++, o += taps * c) {
                long y = top + r * g->dilation_height;
                const T *row = image + (y * g->width + left) * c;
                if (y < 0 || y >= g->height) {
                    memset(o, 0, taps * c * sizeof(T));
                } else if (g->dilation_width == 1 && left >= 0 && left + taps <= g->width) {
                    memcpy(o, row, taps * c * sizeof(T));
                } else {
                    for (long t = 0; t < taps; t++) {
                        long at = left + t * g->dilation_width, inside = at >= 0 && at < g->width;
                        for (long k = 0; k < c; k++) o[t * c + k] = inside ? row[t * g->dilation_width * c + k] : 0;
                    }
                }
            }
        }
    }
}

void F(pack_triangle)(long n, const T *square, T scale, int add, T *packed) {
    for (long i = 0; i < n; i++, square += n)
        for (long j = 0; j <= i; j++, packed++) *packed = scale * square[j] + (add ? *packed : 0);
}
void F(spread_triangle)(long n, const T *packed, T *square) {
    for (long i = 0; i < n; i++)
        for (long j = 0; j <= i; j++, packed++) square[i * n + j] = square[j * n + i] = *packed;
}
void F(mirror)(long n, T *square, long stride) {
    enum { BLOCK = 16 };
    for (long i0 = 0; i0 < n; i0 += BLOCK)
        for (long j0 = 0; j0 <= i0; j0 += BLOCK)
            for (long i = i0; i < i0 + BLOCK && i < n; i++)
                for (long j = j0; j < j0 + BLOCK && j < i; j++) square[j * stride + i] = square[i * stride + j];
}
void F(damped_square)(long n, const T *packed, double scale, double shift, double *square) {
    for (long i = 0; i < n; i++, square += n) {
        for (long j = 0; j <= i; j++) square[j] = scale * *packed++;
        square[i] += shift;
    }
}
void F(round_triangle)(long n, const double *square, T *packed) {
    for (long i = 0; i < n; i++, square += n)
        for (long j = 0; j <= i; j++) *packed++ = square[j];
}
double F(trace)(long n, const T *packed) {
    double sum = 0;
    for (long i = 0; i < n; i++) sum += packed[i * (i + 3) / 2];
    return sum;
}
void F(add_squares)(long n, const T *g, T *s) {
    for (long i = 0; i < n; i++) s[i] += g[i] * g[i];
}
void F(inverse_diagonal)(long n, const T *d, double scale, double shift, T *o) {
    for (long i = 0; i < n; i++) {
        double sum = scale * d[i] + shift;
        o[i] = sum > 0 ? 1 / sum : 1;
    }
}
