// Kronecker factors: patches of images, and symmetric matrices as packed lower triangles, row by row.
#include "CKernels.h"
#include <string.h>

#define TEMPLATE "factors_template.h"
#include "each_scalar.h"
