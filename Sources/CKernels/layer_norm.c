// Layer normalisation, for float and double: values, their transposes and the tangents of both.
#include "CKernels.h"
#include "clones.h"
#include <math.h>

#define PANEL 256 /* features whose sums over rows are at hand */

#define TEMPLATE "layer_norm_template.h"
#include "each_scalar.h"
