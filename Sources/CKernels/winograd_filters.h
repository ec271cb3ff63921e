// Filters to the transform domain and back; included by winograd_template.h.
#define ROWS 16L /* rows taken at once */

/* Taps of up to ROWS rows, from r0 on, of a panel of NR columns of w, copied: w's own strides thrash the caches. */
INLINE void F(taps)(const W *s, const T *w, int transposed, long r0, long j0, T to[9][ROWS][2 * VB / sizeof(T)]) {
    long rows = (transposed ? s->K : s->C) - r0, columns = (transposed ? s->C : s->K) - j0;
    rows = rows < ROWS ? rows : ROWS;
    columns = columns < NR ? columns : NR;
    if (columns < NR) memset(to, 0, 9 * ROWS * NR * sizeof(T));
    for (long q = 0; q < 9; q++, w += s->C * s->K)
        if (!transposed)
            for (long r = 0; r < rows; r++) memcpy(to[q][r], w + (r0 + r) * s->K + j0, columns * sizeof(T));
        else if (rows == ROWS && columns == NR && NR >= 8)
            for (long j = 0; j < NR; j += 8)
                for (long r = 0; r < ROWS; r += 8) {
                    V8 v[8];
                    for (int i = 0; i < 8; i++) v[i] = *(const V8U *)(w + (j0 + j + i) * s->K + r0 + r);
                    F(transpose8)(v);
                    for (int i = 0; i < 8; i++) *(V8U *)(to[q][r + i] + j) = v[i];
                }
        else
            for (long j = 0; j < columns; j++)
                for (long r = 0; r < rows; r++) to[q][r][j] = w[(j0 + j) * s->K + r0 + r];
}

/* Rows r0 ..< r1 of a panel of columns of w ([9][C][K]; rows C, columns K, or transposed) at U, [kind][row][NR],
   kinds `stride` values apart. */
TARGET static void F(filters_in)(const W *s, const T *w, int transposed, long r0, long r1, long j, long stride, T *U) {
    T taps[9][ROWS][2 * VB / sizeof(T)];
    for (long r = r0; r < r1; r++) {
        if ((r - r0) % ROWS == 0) F(taps)(s, w, transposed, r, j, taps);
        for (long h = 0; h < NR; h += VL) {
            V d[9], o[FILTERS];
            UNROLL for (int q = 0; q < 9; q++) d[q] = LD(taps[q][(r - r0) % ROWS] + h);
            F(tile_to_w)(d, o);
            T *to = U + (r - r0) * NR + h;
            UNROLL for (int q = 0; q < FILTERS; q++) ST(to + q * stride, o[q]);
        }
    }
}

/* gw += a part of dU, [kind][panel of columns from j0 on][NR rows from c0 on][NR], transformed back. */
TARGET static void F(filters_out)(const W *s, const T *dU, long c0, long j0, long columns, T *gw) {
    for (long c = c0; c < c0 + NR && c < s->C; c++)
        for (long j = j0; j < j0 + columns && j < s->K; j += VL) {
            const T *from = dU + ((j - j0) / NR * NR + c - c0) * NR + (j - j0) % NR;
            V d[FILTERS], o[9];
            UNROLL for (int q = 0; q < FILTERS; q++) d[q] = LD(from + q * SUMS);
            F(tile_from_w)(d, o);
            for (int q = 0; q < 9; q++) {
                T *to = gw + (q * s->C + c) * s->K + j;
                F(store)(to, F(load)(to, s->K - j) + o[q], s->K - j);
            }
        }
}
#undef ROWS
