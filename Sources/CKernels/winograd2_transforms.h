// The six transforms of F(2, 3), on vectors of channels; included by winograd_template.h.

INLINE void F(to_x)(const V *d, V *o) { /* Bᵀ */
    o[0] = d[0] - d[2];
    o[1] = d[1] + d[2];
    o[2] = d[2] - d[1];
    o[3] = d[3] - d[1];
}
INLINE void F(from_x)(const V *m, V *x) { /* B */
    x[0] = m[0];
    x[1] = m[1] - m[2] - m[3];
    x[2] = m[1] + m[2] - m[0];
    x[3] = m[3];
}
INLINE void F(from_y)(const V *m, V *y) { /* Aᵀ */
    y[0] = m[0] + m[1] + m[2];
    y[1] = m[1] - m[2] + m[3];
}
INLINE void F(to_y)(const V *y, V *m) { /* A */
    m[0] = y[0];
    m[1] = y[0] + y[1];
    m[2] = y[0] - y[1];
    m[3] = y[1];
}
INLINE void F(to_w)(const V *g, V *u) { /* G */
    V e = C_(0.5) * (g[0] + g[2]), o = C_(0.5) * g[1];
    u[0] = g[0];
    u[1] = e + o;
    u[2] = e - o;
    u[3] = g[2];
}
INLINE void F(from_w)(const V *u, V *g) { /* Gᵀ */
    V s = C_(0.5) * (u[1] + u[2]), d = C_(0.5) * (u[1] - u[2]);
    g[0] = u[0] + s;
    g[1] = d;
    g[2] = u[3] + s;
}
