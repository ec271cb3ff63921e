// Sweeps for one scalar type.

void KC(sweeps)(void) {
    long m = kc_below(20), n = 1 + kc_below(140), all = m * n, lda = n + kc_below(3), ldo = n + kc_below(3);
    int add = kc_chance();
    const T *a = KC(given)(all), *b = KC(given)(all), *r = KC(given)(all), *g = KC(given)(all);
    T *sums = KC(wanted)(n, add), *o = KC(wanted)(all, add), *copy = KC(wanted)(m ? (m - 1) * ldo + n : 0, add);
    CK(column_sums)(m, n, a, add, sums);
    KC(check)("column sums", n, sums);
    CK(sum)(all, a, kc_chance() ? b : 0, add, o);
    KC(check)("sum", all, o);
    CK(copy_rows)(m, n, KC(given)(m ? (m - 1) * lda + n : 0), lda, add, copy, ldo);
    for (long i = 0; i < m; i++) KC(check)("copied rows", n, copy + i * ldo);
    enum ck_function f = functions[kc_below(6)];
    T *y = KC(wanted)(all, 0), *first = KC(wanted)(all, add), *second = KC(wanted)(all, add);
    CK(apply)(f, all, a, y);
    KC(check)("function", all, y);
    CK(apply_first)(f, all, y, a, add, first);
    KC(check)("first derivative", all, first);
    CK(apply_second)(f, all, y, a, r, g, add, second);
    KC(check)("second derivative", all, second);
    uint16_t *bits = kc_memory((all + 15) / 16 * 2), *others = kc_memory((all + 15) / 16 * 2);
    T *clipped = KC(wanted)(all, 0), *chosen = KC(wanted)(all, add);
    CK(clip)(all, (T)0.5, a, clipped, bits);
    KC(check)("clipped", all, clipped);
    CK(select)(all, bits, 2, a, add, chosen);
    KC(check)("selected", all, chosen);
    CK(bits_of)(all, a, others);
    if (CK(first_not_finite)(all, a) != all) KC(check)("finite values", 1, KC(wanted)(1, 0));
    T *squares = KC(given)(all), *inverse = KC(wanted)(all, 0);
    CK(add_squares)(all, a, squares);
    CK(inverse_diagonal)(all, squares, 0.5, 2, inverse);
    KC(check)("inverse diagonal", all, inverse);
}

void KC(vectors)(void) {
    long n = kc_below(300);
    T *x = KC(given)(n), *y = KC(given)(n), *z = KC(wanted)(n, 0), *v = KC(given)(n), *p = KC(given)(n), *q = KC(given)(n);
    double three[3], sum = CK(dot)(n, x, y) + CK(axpy_dot)(n, (T)0.5, x, y, v) + CK(cg_step)(n, (T)0.5, p, q, x, y);
    CK(axpy)(n, (T)0.5, x, y);
    CK(xpby)(n, x, (T)0.5, y);
    CK(axpby)(n, (T)0.5, x, (T)0.5, y);
    CK(scale)(n, (T)0.5, x, z);
    CK(lerp)(n, (T)0.5, x, y);
    KC(check)("scaled", n, z);
    CK(waxpy)(n, (T)0.5, x, y, z);
    sum += CK(multiply_dot)(n, x, y, z);
    CK(three_dots)(n, x, y, three);
    kc_check_f64("dots", 1, &sum);
    kc_check_f64("three dots", 3, three);
    T *s = KC(given)(n), *d = KC(wanted)(n, 0), *w = KC(given)(n);
    for (long i = 0; i < n; i++) s[i] *= s[i];
    CK(gradient_squares)(n, 0.9, x, s, 2, 1e-3, ONE_OF(0, 1, 2) + 0.75, d);
    KC(check)("preconditioner", n, d);
    CK(sgd)(n, 0.1, 0.9, kc_chance(), 0.01, x, kc_chance() ? v : 0, w);
    CK(adagrad)(n, 0.1, 1e-8, x, s, w);
    CK(adam)(n, 0.1, 0.9, 0.99, 1, 1e-8, 0.01, 0.01, x, v, s, w);
    KC(check)("parameters", n, w);
}

/* NaN and infinities pass through everything without undefined behaviour; what comes out is tested elsewhere. */
void KC(not_numbers)(void) {
    long m = 1 + kc_below(8), n = 1 + kc_below(70), all = m * n;
    const T odd[] = {(T)NAN, (T)INFINITY, -(T)INFINITY, 0, -(T)0.0, sizeof(T) == 4 ? (T)3e38f : (T)1e308};
    T *x = KC(given)(all), *y = KC(given)(all), *o = KC(given)(all), *u = KC(given)(all);
    for (long i = 0; i < all; i++)
        if (kc_chance()) x[i] = odd[kc_below(6)];
    int32_t *label = kc_memory(m * sizeof *label);
    for (long i = 0; i < m; i++) label[i] = (int32_t)kc_below(n);
    uint16_t *bits = kc_memory((all + 15) / 16 * 2);
    for (int i = 0; i < 6; i++) {
        CK(apply)(functions[i], all, x, y);
        CK(apply_first)(functions[i], all, x, u, 0, o);
        CK(apply_second)(functions[i], all, x, u, u, u, 0, o);
    }
    CK(clip)(all, 6, x, o, bits);
    CK(bits_of)(all, x, bits);
    CK(first_not_finite)(all, x);
    CK(cross_entropy)(m, n, 0.1, x, label, -1, o);
    CK(cross_entropy_white)(m, n, 0.1, x, label, -1, o);
    CK(cross_entropy_sampled)(m, n, x, label, -1, kc_words(m * ((n + 1) / 2 * 2)), o);
    CK(logistic)(all, x, u, o);
    CK(logistic_white)(all, x, u, 1, o);
    CK(norm_error)(m, n, x, u, y);
    CK(norm_error_root)(m, n, y, u, o);
    CK(inverse_diagonal)(all, x, 1, 1, o);
    T *kept = KC(given)(3 * n), *rows = KC(given)(2 * m);
    CK(batch_norm)(m, n, 1e-3, x, u, u, kept, y);
    CK(layer_norm)(m, n, 1e-3, x, u, u, rows, y);
    CK(gradient_squares)(all, 0.9, x, o, 2, 1e-3, 0.75, y);
    ck_pool g = {.height = 1, .width = m, .channels = n, .out_height = 1, .out_width = 1, .size_height = 1, .size_width = m,
                 .stride_height = 1, .stride_width = m};
    CK(max_pool)(&g, 1, x, y, kc_memory(n));
}
