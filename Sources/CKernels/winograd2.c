// Convolution 3×3 with stride 1 by Winograd's F(2×2, 3×3): 2¼ times fewer multiplications than the direct sum, for
// images whose size 4×4 tiles do not suit. Points are 0, ±1, ∞.
#include "convolution.h"
#include <string.h>

#define OUT 2L
#define STRIDE 1L
#define POINTS 4L
#define KINDS POINTS
#define TRANSFORMS "winograd2_transforms.h"

#define TEMPLATE "winograd_template.h"
#include "instantiate.h"

const ck_convolver_f32 *ck_winograd2_f32(void) { return PICK(winograd_table, f32); }
const ck_convolver_f64 *ck_winograd2_f64(void) { return PICK(winograd_table, f64); }
