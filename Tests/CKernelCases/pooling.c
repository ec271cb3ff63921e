// Pooling over windows, with and without borders.
#include "cases.h"
#define TEMPLATE "pooling_template.h"

static ck_pool windows(void) {
    ck_pool g = {.channels = 1 + kc_below(70), .count_padding = kc_chance()};
    g.size_height = 1 + kc_below(4), g.size_width = 1 + kc_below(4);
    g.stride_height = 1 + kc_below(4), g.stride_width = 1 + kc_below(4);
    if (kc_chance()) g.stride_height = g.size_height, g.stride_width = g.size_width;
    g.height = g.size_height + kc_below(8), g.width = g.size_width + kc_below(8);
    g.top = kc_below(g.size_height), g.left = kc_below(g.size_width);
    if (kc_chance()) g.top = g.left = 0;
    g.out_height = (g.height + g.top - g.size_height) / g.stride_height + 1;
    g.out_width = (g.width + g.left - g.size_width) / g.stride_width + 1;
    return g;
}

#include "each_scalar.h"
