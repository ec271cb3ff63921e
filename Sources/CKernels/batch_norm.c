// Batch normalisation, for float and double: statistics, values and their tangents, a sweep or two over memory each.
#include "CKernels.h"
#include "clones.h"
#include <math.h>

#define PANEL 256  /* channels whose sums and coefficients are at hand */
#define CHUNK 4096 /* values of one array that are summed in T before they are added up in double */

#define TEMPLATE "batch_norm_template.h"
#include "each_scalar.h"
