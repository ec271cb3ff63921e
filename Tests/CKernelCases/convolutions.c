// Convolutions of every algorithm: forward, back, the filter's gradient, and patches.
#include "cases.h"
#define TEMPLATE "convolutions_template.h"

static const enum ck_algorithm algorithms[] = {ck_direct,         ck_pointwise,        ck_winograd2, ck_winograd4,
                                               ck_winograd_mixed, ck_winograd_strided};

/* A random geometry: channels that fill no panel, borders, small images. */
static ck_convolution geometry(void) {
    enum ck_algorithm algorithm = algorithms[kc_below(6)];
    ck_convolution g = {.groups = 1, .algorithm = algorithm, .dilation_height = 1, .dilation_width = 1};
    g.kernel_height = g.kernel_width = algorithm == ck_pointwise ? 1 : 3;
    g.stride_height = g.stride_width = algorithm == ck_winograd_strided ? 2 : 1;
    if (algorithm == ck_direct) {
        g.kernel_height = 1 + kc_below(4), g.kernel_width = 1 + kc_below(4);
        g.dilation_height = 1 + kc_below(2), g.dilation_width = 1 + kc_below(2);
        g.groups = ONE_OF(1, 1, 2, 3);
    }
    if (algorithm == ck_direct || algorithm == ck_pointwise) g.stride_height = 1 + kc_below(3), g.stride_width = 1 + kc_below(3);
    g.channels = g.groups * (1 + kc_below(40)), g.filters = g.groups * (1 + kc_below(40));
    if (kc_below(16) == 0) g.channels = g.groups * ONE_OF(64, 130), g.filters = g.groups * ONE_OF(129, 260);
    long tall = (g.kernel_height - 1) * g.dilation_height + 1, wide = (g.kernel_width - 1) * g.dilation_width + 1;
    g.top = kc_below(tall), g.left = kc_below(wide);
    g.height = tall + kc_below(8), g.width = wide + kc_below(8);
    g.out_height = (g.height + g.top + kc_below(tall) - tall) / g.stride_height + 1;
    g.out_width = (g.width + g.left + kc_below(wide) - wide) / g.stride_width + 1;
    return g;
}

#include "each_scalar.h"
