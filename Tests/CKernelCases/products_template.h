// Products for one scalar type.

static long KC(extent)(void) { return kc_below(8) ? 1 + kc_below(70) : ONE_OF(128, 300, 1025); }

void KC(products)(void) {
    long m = KC(extent)(), n = KC(extent)(), k = kc_below(8) ? KC(extent)() : 0;
    if (kc_below(8) == 0) k = ONE_OF(513, 2049);
    /* Rows, columns, or neither, side by side. */
    long form = kc_below(5), ars = form < 2 ? k : form < 4 ? 1 : 2 * k, acs = form < 2 ? 1 : form < 4 ? m : 2;
    long brs = kc_chance() ? n : 1, bcs = brs == 1 ? k : 1;
    long sizeA = k ? (m - 1) * ars + (k - 1) * acs + 1 : 0, sizeB = k * n, ldc = n + kc_below(3), sizeC = (m - 1) * ldc + n;
    int two = kc_chance(), add = kc_chance();
    const T *a = KC(given)(sizeA), *a2 = two ? KC(given)(sizeA) : 0, *b = KC(given)(sizeB), *b2 = two ? KC(given)(sizeB) : 0;
    const T *bias = kc_chance() ? KC(given)(n) : 0;
    if (kc_chance()) { /* packed, in parts */
        for (int term = 0; term <= two; term++) {
            T *packed = KC(wanted)(CK(packed_size)(k, n), 0);
            CK(pack)(k, k / 3, k, n, term ? b2 : b, brs, bcs, packed);
            CK(pack)(k, 0, k / 3, n, term ? b2 : b, brs, bcs, packed);
            KC(check)("packed", CK(packed_size)(k, n), packed);
            *(term ? &b2 : &b) = packed;
        }
        brs = bcs = 0;
    }
    T *c = KC(wanted)(sizeC, add);
    CK(gemm2)(m, n, k, a, a2, ars, acs, b, b2, brs, bcs, bias, add, c, ldc);
    for (long i = 0; i < m; i++) KC(check)("c", n, c + i * ldc);
}

void KC(triangles)(void) {
    long n = 1 + kc_below(50), packed = n * (n + 1) / 2, stride = n + kc_below(3);
    T *square = KC(given)(n * n), *p = KC(given)(packed), *o = KC(wanted)(packed, 0);
    CK(pack_triangle)(n, square, 2, 0, o);
    CK(pack_triangle)(n, square, 2, 1, o);
    KC(check)("packed triangle", packed, o);
    T *spread = KC(wanted)(n * n, 0);
    CK(spread_triangle)(n, p, spread);
    KC(check)("spread triangle", n * n, spread);
    CK(mirror)(n, KC(given)((n - 1) * stride + n), stride);
    double *damped = kc_given_f64(n * n);
    CK(damped_square)(n, p, 0.5, 0.1, damped);
    CK(round_triangle)(n, damped, o);
    double trace = CK(trace)(n, o);
    kc_check_f64("trace", 1, &trace);

    long m = 1 + kc_below(4), k = kc_below(4), width = n * k;
    const T *r = KC(given)(m * n * n), *u = kc_chance() ? KC(given)(m * n) : 0;
    double *sums = kc_wanted_f64(m * n, 0);
    CK(row_products)(m, n, r, u, KC(given)(m * n), sums);
    kc_check_f64("row products", m * n, sums);
    if (!k) return;
    long ldo = width + kc_below(3), size = (m * k - 1) * ldo + width;
    double *gram = kc_given_f64(size);
    CK(add_gram)(m, n, k, 1, kc_chance() ? KC(given)(m * n) : 0, KC(given)(m * k * width), gram, ldo);
    kc_check_f64("Gram matrix", size, gram);
}
