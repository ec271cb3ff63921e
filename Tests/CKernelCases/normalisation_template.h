// Normalisation for one scalar type; n features or channels, more than a panel now and then.

static long KC(features)(void) { return kc_below(8) ? 1 + kc_below(70) : ONE_OF(256, 257, 300); }

void KC(batch_norm)(void) {
    long m = 2 + kc_below(40), n = KC(features)(), all = m * n;
    int add = kc_chance(), addw = kc_chance(), has_x = kc_chance(), has_w = kc_chance();
    const T *x = KC(given)(all), *scale = KC(given)(n), *shift = KC(given)(n), *gy = KC(given)(all), *rx = KC(given)(all);
    const T *vscale = KC(given)(n), *vshift = KC(given)(n), *rgy = KC(given)(all);
    T *kept = KC(wanted)(3 * n, 0), *y = KC(wanted)(all, 0), *fixed = KC(wanted)(all, 0), *linear = KC(wanted)(all, add);
    CK(batch_norm)(m, n, 1e-3, x, scale, shift, kept, y);
    KC(check)("kept", 3 * n, kept);
    KC(check)("y", all, y);
    CK(batch_norm_fixed)(m, n, 1e-3, x, scale, shift, kept, kept + n, fixed);
    KC(check)("fixed y", all, fixed);
    CK(batch_norm_fixed_linear)(m, n, 1e-3, scale, kept + n, gy, add, linear);
    KC(check)("fixed ry", all, linear);
    T *gx = has_x ? KC(wanted)(all, add) : 0;
    T *gscale = has_w ? KC(wanted)(n, addw) : 0, *gshift = has_w ? KC(wanted)(n, addw) : 0;
    CK(batch_norm_back)(m, n, x, kept, scale, gy, add, gx, addw, gscale, gshift);
    if (gx) KC(check)("gx", all, gx);
    if (gscale) KC(check)("gscale", n, gscale), KC(check)("gshift", n, gshift);
    T *ry = KC(wanted)(all, 0);
    CK(batch_norm_r)(m, n, x, kept, scale, has_x ? rx : 0, vscale, vshift, ry);
    KC(check)("ry", all, ry);
    T *rgx = has_x ? KC(wanted)(all, add) : 0;
    T *rgscale = has_w ? KC(wanted)(n, addw) : 0, *rgshift = has_w ? KC(wanted)(n, addw) : 0;
    CK(batch_norm_r_back)(m, n, x, kept, scale, rx, vscale, gy, rgy, add, rgx, addw, rgscale, rgshift);
    if (rgx) KC(check)("rgx", all, rgx);
    if (rgscale) KC(check)("rgscale", n, rgscale), KC(check)("rgshift", n, rgshift);
}

void KC(layer_norm)(void) {
    long m = 1 + kc_below(10), n = KC(features)(), all = m * n;
    int add = kc_chance(), addw = kc_chance(), has_x = kc_chance(), has_w = kc_chance(), has_r = kc_chance(), has_v = kc_chance();
    const T *x = KC(given)(all), *scale = KC(given)(n), *shift = KC(given)(n), *gy = KC(given)(all);
    const T *rx = has_r ? KC(given)(all) : 0, *vscale = has_v ? KC(given)(n) : 0, *vshift = has_v ? KC(given)(n) : 0;
    const T *rgy = KC(given)(all);
    T *kept = KC(wanted)(2 * m, 0), *y = KC(wanted)(all, 0);
    CK(layer_norm)(m, n, 1e-3, x, scale, shift, kept, y);
    KC(check)("kept", 2 * m, kept);
    KC(check)("y", all, y);
    T *gx = has_x ? KC(wanted)(all, add) : 0;
    T *gscale = has_w ? KC(wanted)(n, addw) : 0, *gshift = has_w ? KC(wanted)(n, addw) : 0;
    CK(layer_norm_back)(m, n, x, kept, scale, gy, add, gx, addw, gscale, gshift);
    if (gx) KC(check)("gx", all, gx);
    if (gscale) KC(check)("gscale", n, gscale), KC(check)("gshift", n, gshift);
    T *moments = KC(wanted)(2 * m, !has_r), *ry = KC(wanted)(all, 0);
    CK(layer_norm_r)(m, n, x, kept, scale, rx, vscale, vshift, moments, ry);
    KC(check)("moments", 2 * m, moments);
    KC(check)("ry", all, ry);
    T *rgx = has_x ? KC(wanted)(all, add) : 0;
    T *rgscale = has_w ? KC(wanted)(n, addw) : 0, *rgshift = has_w ? KC(wanted)(n, addw) : 0;
    CK(layer_norm_r_back)(m, n, x, kept, scale, rx, moments, vscale, gy, rgy, add, rgx, addw, rgscale, rgshift);
    if (rgx) KC(check)("rgx", all, rgx);
    if (rgscale) KC(check)("rgscale", n, rgscale), KC(check)("rgshift", n, rgshift);
}
