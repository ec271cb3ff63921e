// Losses for one scalar type.

void KC(losses)(void) {
    long m = 1 + kc_below(40), n = kc_below(8) ? 1 + kc_below(40) : ONE_OF(511, 512, 513, 1100), all = m * n;
    double e = kc_chance() ? 0.1 : 0, loss;
    const T *z = KC(given)(all), *t = KC(given)(all), *u = KC(given)(all);
    int32_t *label = kc_memory(m * sizeof *label);
    for (long i = 0; i < m; i++) label[i] = (int32_t)kc_below(n);
    const int32_t padding = kc_chance() ? 0 : -1;
    T *p = KC(wanted)(all, 0), *o = KC(wanted)(all, 0);
#define WRITES(what, call)                                                                         \
    for (long i = 0; i < all; i++) o[i] = (T)__builtin_nan("");                                    \
    call;                                                                                          \
    KC(check)(what, all, o);

    loss = CK(cross_entropy)(m, n, e, z, label, padding, 0) + CK(cross_entropy)(m, n, e, z, label, padding, p);
    kc_check_f64("cross entropy", 1, &loss);
    KC(check)("probabilities", all, p);
    WRITES("cross entropy first", CK(cross_entropy_first)(m, n, e, p, label, padding, 2, o))
    WRITES("cross entropy second", CK(cross_entropy_second)(m, n, p, u, 2, o))
    WRITES("cross entropy root", CK(cross_entropy_root)(m, n, p, u, o))
    WRITES("cross entropy white", CK(cross_entropy_white)(m, n, e, p, label, padding, o))
    loss = CK(logistic)(all, z, t, 0) + CK(logistic)(all, z, t, p);
    kc_check_f64("logistic", 1, &loss);
    KC(check)("logistic probabilities", all, p);
    WRITES("logistic first", CK(logistic_first)(all, p, t, 2, o))
    WRITES("logistic second", CK(logistic_second)(all, p, u, 2, o))
    WRITES("logistic root", CK(logistic_root)(all, p, u, 2, o))
    WRITES("logistic white", CK(logistic_white)(all, p, t, 2, o))
    loss = CK(squared_error)(all, z, t, 0) + CK(norm_error)(m, n, z, t, 0);
    kc_check_f64("errors", 1, &loss);
    T *d = KC(wanted)(all, 0);
    CK(squared_error)(all, z, t, d);
    KC(check)("differences", all, d);
    WRITES("norm error", CK(norm_error)(m, n, z, t, o))
    WRITES("norm error first", CK(norm_error_first)(m, n, d, 2, o))
    WRITES("norm error second", CK(norm_error_second)(m, n, d, u, 2, o))
    WRITES("norm error root", CK(norm_error_root)(m, n, d, u, o))
#undef WRITES
}

void KC(draws)(void) {
    long m = 1 + kc_below(20), n = 1 + kc_below(70), all = m * n;
    T *p = KC(given)(all);
    for (long i = 0; i < all; i++) p[i] = (T)0.5;
    const uint32_t *pairs = kc_words(m * ((n + 1) / 2 * 2));
    T *o = KC(wanted)(all, 0), *b = KC(wanted)(all, 0), *s = KC(wanted)(all, 0), *g = KC(wanted)(all, 0);
    int32_t *label = kc_memory(m * sizeof *label);
    for (long i = 0; i < m; i++) label[i] = (int32_t)kc_below(n);
    CK(cross_entropy_sampled)(m, n, p, label, 0, pairs, o);
    KC(check)("sampled classes", all, o);
    CK(logistic_sampled)(m, n, p, pairs, 2, b);
    KC(check)("sampled bits", all, b);
    CK(normals)(m, n, pairs, g);
    KC(check)("normals", all, g);
    CK(signs)(m, n, kc_words(m * ((n + 31) / 32)), s);
    KC(check)("signs", all, s);
}
