// Eight by eight transposes of one instantiation.
#undef V8
#undef V8U
#define V8 F(vec8)
#define V8U F(uvec8)
typedef T V8 __attribute__((vector_size(8 * sizeof(T))));
typedef T V8U __attribute__((vector_size(8 * sizeof(T)), aligned(sizeof(T)), may_alias));

/* Rows r[0..7] of 8 become columns. */
INLINE void F(transpose8)(V8 r[8]) {
#define SH __builtin_shufflevector
    V8 a[8], b[8];
    for (int i = 0; i < 8; i += 2) {
        a[i] = SH(r[i], r[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
        a[i + 1] = SH(r[i], r[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
    }
    for (int i = 0; i < 8; i += 4)
        for (int j = 0; j < 2; j++) {
            b[i + j] = SH(a[i + j], a[i + j + 2], 0, 1, 8, 9, 4, 5, 12, 13);
            b[i + j + 2] = SH(a[i + j], a[i + j + 2], 2, 3, 10, 11, 6, 7, 14, 15);
        }
    for (int i = 0; i < 4; i++) {
        r[i] = SH(b[i], b[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
        r[i + 4] = SH(b[i], b[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
    }
#undef SH
}
