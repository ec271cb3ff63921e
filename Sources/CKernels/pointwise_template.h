// 1×1 convolution for one scalar type (see pointwise.c).

static long F(packed_size)(const ck_convolution *g, int transposed) {
    return transposed ? CK(packed_size)(g->filters, g->channels)
                      : CK(packed_size)(g->channels, g->filters);
}
static long F(workspace)(const ck_convolution *g) {
    long values = samples(g, sizeof(T)) * g->out_height * g->out_width * g->channels;
    return gathers(g) ? 2 * values * (long)sizeof(T) : 0;
}
static void F(pack)(const ck_convolution *g, const T *w, int transposed, T *packed) {
    long C = g->channels, K = g->filters;
    if (transposed) CK(pack)(K, 0, K, C, w, 1, K, packed);
    else CK(pack)(C, 0, C, K, w, K, 1, packed);
}
/* Row h of sample i of the positions that count: in x, and among those gathered. */
static void F(gather)(const ck_convolution *g, long n, const T *x, T *to) {
    long C = g->channels, step = g->stride_width * C;
    for (long i = 0; i < n; i++)
        for (long h = 0; h < g->out_height; h++) {
            const T *from = x + (i * g->height + h * g->stride_height) * g->width * C;
            for (long w = 0; w < g->out_width; w++, from += step, to += C) memcpy(to, from, C * sizeof(T));
        }
}
static void F(scatter)(const ck_convolution *g, long n, const T *from, int add, T *x) {
    long C = g->channels, step = g->stride_width * C;
    if (!add) memset(x, 0, n * g->height * g->width * C * sizeof(T));
    for (long i = 0; i < n; i++)
        for (long h = 0; h < g->out_height; h++) {
            T *to = x + (i * g->height + h * g->stride_height) * g->width * C;
            for (long w = 0; w < g->out_width; w++, from += C, to += step)
                if (!add) memcpy(to, from, C * sizeof(T));
                else for (long c = 0; c < C; c++) to[c] += from[c];
        }
}
static void F(forward)(const ck_convolution *g, long n, const T *x, const T *w, const T *x2, const T *w2,
                          const T *bias, int add, T *y) {
    long C = g->channels, K = g->filters, image = g->height * g->width * C, out = g->out_height * g->out_width;
    if (!gathers(g)) return CK(gemm2)(n * out, K, C, x, x2, C, 1, w, w2, 0, 0, bias, add, y, K);
    long most = samples(g, sizeof(T));
    T *a = ck_workspace(F(workspace)(g)), *a2 = a + most * out * C;
    for (long i = 0, m; i < n; i += m) {
        m = n - i < most ? n - i : most;
        F(gather)(g, m, x + i * image, a);
        if (x2) F(gather)(g, m, x2 + i * image, a2);
        CK(gemm2)(m * out, K, C, a, x2 ? a2 : 0, C, 1, w, w2, 0, 0, bias, add, y + i * out * K, K);
    }
}
static void F(backward)(const ck_convolution *g, long n, const T *gy, const T *w, const T *gy2,
                           const T *w2, int add, T *gx) {
    long C = g->channels, K = g->filters, image = g->height * g->width * C, out = g->out_height * g->out_width;
    if (!gathers(g)) return CK(gemm2)(n * out, C, K, gy, gy2, K, 1, w, w2, 0, 0, 0, add, gx, C);
    long most = samples(g, sizeof(T));
    T *a = ck_workspace(F(workspace)(g));
    for (long i = 0, m; i < n; i += m) {
        m = n - i < most ? n - i : most;
        const T *from = gy + i * out * K, *from2 = gy2 ? gy2 + i * out * K : 0;
        CK(gemm2)(m * out, C, K, from, from2, K, 1, w, w2, 0, 0, 0, 0, a, C);
        F(scatter)(g, m, a, add, gx + i * image);
    }
}
static void F(filter_gradient)(const ck_convolution *g, long n, const T *x, const T *gy, const T *x2,
                                  const T *gy2, int add, T *gw) {
    long C = g->channels, K = g->filters, image = g->height * g->width * C, out = g->out_height * g->out_width;
    if (!gathers(g) || !n) return CK(gemm2)(C, K, n * out, x, x2, 1, C, gy, gy2, K, 1, 0, add, gw, K);
    long most = samples(g, sizeof(T));
    T *a = ck_workspace(F(workspace)(g)), *a2 = a + most * out * C;
    for (long i = 0, m; i < n; i += m) {
        m = n - i < most ? n - i : most;
        F(gather)(g, m, x + i * image, a);
        if (x2) F(gather)(g, m, x2 + i * image, a2);
        const T *from = gy + i * out * K, *from2 = gy2 ? gy2 + i * out * K : 0;
        CK(gemm2)(C, K, m * out, a, x2 ? a2 : 0, 1, C, from, from2, K, 1, 0, add || i, gw, K);
    }
}
const CONVOLVER *CK(pointwise)(void) {
    static const CONVOLVER table = {F(packed_size), F(workspace), F(pack), F(forward),
                                             F(backward), F(filter_gradient)};
    return &table;
}
