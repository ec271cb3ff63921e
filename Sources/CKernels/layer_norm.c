// Layer normalisation, for float and double: values, their transposes and the tangents of both.
#include "CKernels.h"
#include "clones.h"
#include <math.h>

#define PANEL 256 /* features whose sums over rows are at hand */

#define T float
#define F(name) ck_##name##_f32
#include "layer_norm_template.h"
#undef T
#undef F

#define T double
#define F(name) ck_##name##_f64
#include "layer_norm_template.h"
