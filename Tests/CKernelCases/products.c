// Products of matrices, and symmetric matrices.
#include "cases.h"
#define TEMPLATE "products_template.h"
#include "each_scalar.h"
