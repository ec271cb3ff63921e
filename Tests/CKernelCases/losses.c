// Losses with their derivatives and roots, and random draws.
#include "cases.h"
#define TEMPLATE "losses_template.h"
#include "each_scalar.h"
