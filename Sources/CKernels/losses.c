// Losses in the outputs of a network: value, gradient, Hessian product; for float and double. Rows are short and the
// work is small beside the layers': plain loops, sums in double.
#include "CKernels.h"
#include <math.h>

#define T float
#define F(name) ck_##name##_f32
#include "losses_template.h"
#undef T
#undef F

#define T double
#define F(name) ck_##name##_f64
#include "losses_template.h"
