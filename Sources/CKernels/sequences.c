// Rows by token, for float and double.
#include "CKernels.h"
#include "clones.h"

#define TEMPLATE "sequences_template.h"
#include "each_scalar.h"
