// Pooling for one scalar type.

void KC(pooling)(void) {
    ck_pool g = windows();
    long n = 1 + kc_below(3), sizeX = n * g.height * g.width * g.channels, sizeY = n * g.out_height * g.out_width * g.channels;
    const T *x = KC(given)(sizeX), *gy = KC(given)(sizeY);
    int add = kc_chance();
    uint8_t *winners = kc_memory(sizeY);
    T *y = KC(wanted)(sizeY, 0);
    CK(max_pool)(&g, n, x, y, winners);
    KC(check)("maxima", sizeY, y);
    T *gathered = KC(wanted)(sizeY, add), *scattered = KC(wanted)(sizeX, add);
    CK(pool_gather)(&g, n, winners, x, add, gathered);
    KC(check)("gathered", sizeY, gathered);
    CK(pool_scatter)(&g, n, winners, gy, add, scattered);
    KC(check)("scattered", sizeX, scattered);
    T *means = KC(wanted)(sizeY, add), *shares = KC(wanted)(sizeX, add);
    CK(average_pool)(&g, n, x, add, means);
    KC(check)("means", sizeY, means);
    CK(average_pool_back)(&g, n, gy, add, shares);
    KC(check)("shares", sizeX, shares);
}
