// Convolutions for one scalar type.

static const T *KC(packed)(const ck_convolution *g, const T *w, int transposed) {
    long size = CK(packed_filter_size)(g, transposed);
    if (!size) return w;
    T *packed = KC(wanted)(size, 0);
    CK(pack_filter)(g, w, transposed, packed);
    return packed;
}

void KC(convolutions)(void) {
    ck_convolution g = geometry();
    long n = kc_below(16) ? 1 + kc_below(3) : 0;
    long sizeX = n * g.height * g.width * g.channels, sizeY = n * g.out_height * g.out_width * g.filters;
    long sizeW = g.kernel_height * g.kernel_width * g.channels / g.groups * g.filters;
    int two = kc_chance(), add = kc_chance();
    const T *x = KC(given)(sizeX), *x2 = two ? KC(given)(sizeX) : 0, *gy = KC(given)(sizeY), *gy2 = two ? KC(given)(sizeY) : 0;
    const T *w = KC(given)(sizeW), *w2 = two ? KC(given)(sizeW) : 0, *bias = kc_chance() ? KC(given)(g.filters) : 0;

    T *y = KC(wanted)(sizeY, add);
    CK(convolve)(&g, n, x, KC(packed)(&g, w, 0), x2, two ? KC(packed)(&g, w2, 0) : 0, bias, add, y);
    KC(check)("y", sizeY, y);
    T *gx = KC(wanted)(sizeX, add);
    CK(convolve_back)(&g, n, gy, KC(packed)(&g, w, 1), gy2, two ? KC(packed)(&g, w2, 1) : 0, add, gx);
    KC(check)("gx", sizeX, gx);
    T *gw = KC(wanted)(sizeW, add);
    CK(filter_gradient)(&g, n, x, gy, x2, gy2, add, gw);
    KC(check)("gw", sizeW, gw);

    if (g.groups > 1) return;
    long lines = n * g.out_height, first = lines ? kc_below(lines) : 0;
    long patches = (lines - first) * g.out_width * g.kernel_height * g.kernel_width * g.channels;
    T *o = KC(wanted)(patches, 0);
    CK(patches)(&g, first, lines - first, x, o);
    KC(check)("patches", patches, o);
}
