// Kronecker factors: patches of images, and symmetric matrices as packed lower triangles, row by row.
#include "CKernels.h"
#include <string.h>

#define T float
#define F(name) ck_##name##_f32
#include "factors_template.h"
#undef T
#undef F

#define T double
#define F(name) ck_##name##_f64
#include "factors_template.h"
