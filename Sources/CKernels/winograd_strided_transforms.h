// The six transforms of F(4, 3) with stride 2, on vectors of channels; included by winograd_template.h. Values 0 … 4
// belong to the even pixels, 5 … 8 to the odd ones.

INLINE void F(to_x)(const V *d, V *o) { /* Bᵀ */
    V e1 = d[6] - C_(S2) * d[2], o1 = C_(P1) * (d[4] - C_(S2) * d[0]);
    V e2 = d[6] - C_(S1) * d[2], o2 = C_(P2) * (d[4] - C_(S1) * d[0]);
    o[0] = o1 + e1;
    o[1] = o1 - e1;
    o[2] = o2 + e2;
    o[3] = o2 - e2;
    o[4] = C_(S1 * S2) * d[0] + (d[8] - C_(S1 + S2) * d[4]);
    UNROLL for (int i = 0; i < 4; i++) o[5 + i] = d[2 * i + 1];
}
INLINE void F(from_x)(const V *m, V *x) { /* B */
    V s1 = C_(P1) * (m[0] + m[1]), d1 = m[0] - m[1], s2 = C_(P2) * (m[2] + m[3]), d2 = m[2] - m[3];
    x[0] = C_(S1 * S2) * m[4] - C_(S2) * s1 - C_(S1) * s2;
    x[2] = -(C_(S2) * d1 + C_(S1) * d2);
    x[4] = s1 + s2 - C_(S1 + S2) * m[4];
    x[6] = d1 + d2;
    x[8] = m[4];
    UNROLL for (int i = 0; i < 4; i++) x[2 * i + 1] = m[5 + i];
}
INLINE void F(from_y)(const V *m, V *y) { /* Aᵀ */
    V s1 = m[0] + m[1], d1 = C_(P1) * (m[0] - m[1]), s2 = m[2] + m[3], d2 = C_(P2) * (m[2] - m[3]);
    y[0] = m[5] + (s1 + s2);
    y[1] = m[6] + (d1 + d2);
    y[2] = m[7] + (C_(S1) * s1 + C_(S2) * s2);
    y[3] = m[8] + (m[4] + C_(S1) * d1 + C_(S2) * d2);
}
INLINE void F(to_y)(const V *y, V *m) { /* A */
    V e1 = y[0] + C_(S1) * y[2], o1 = C_(P1) * (y[1] + C_(S1) * y[3]);
    V e2 = y[0] + C_(S2) * y[2], o2 = C_(P2) * (y[1] + C_(S2) * y[3]);
    m[0] = e1 + o1;
    m[1] = e1 - o1;
    m[2] = e2 + o2;
    m[3] = e2 - o2;
    m[4] = y[3];
    UNROLL for (int i = 0; i < 4; i++) m[5 + i] = y[i];
}
INLINE void F(to_w)(const V *g, V *u) { /* G */
    V e1 = C_(G1) * g[0], o1 = C_(G1 * P1) * g[2], e2 = C_(G2) * g[0], o2 = C_(G2 * P2) * g[2];
    u[0] = e1 + o1;
    u[1] = e1 - o1;
    u[2] = e2 + o2;
    u[3] = e2 - o2;
    u[4] = g[2];
    u[5] = g[1];
}
INLINE void F(from_w)(const V *u, V *g) { /* Gᵀ */
    g[0] = C_(G1) * (u[0] + u[1]) + C_(G2) * (u[2] + u[3]);
    g[1] = u[5];
    g[2] = u[4] + (C_(G1 * P1) * (u[0] - u[1]) + C_(G2 * P2) * (u[2] - u[3]));
}
