// Convolution 3×3 with stride 1 by Winograd's F(4×4, 3×3): 4 times fewer multiplications than the direct sum. Points
// are 0, ±⅝, ±3/2, ∞: as fast as 0, ±1, ±2, ∞ with less than half their rounding error.
#include "convolution.h"
#include <string.h>

#define OUT 4L
#define STRIDE 1L
#define POINTS 6L
#define KINDS POINTS
#define P1 0.625 /* the points, their squares, and factors of G */
#define P2 1.5
#define S1 (P1 * P1)
#define S2 (P2 * P2)
#define G1 (1 / (2 * S1 * (S1 - S2)))
#define G2 (1 / (2 * S2 * (S2 - S1)))
#define TRANSFORMS "winograd4_transforms.h"

#define TEMPLATE "winograd_template.h"
#include "instantiate.h"

const ck_convolver_f32 *ck_winograd4_f32(void) { return PICK(winograd_table, f32); }
const ck_convolver_f64 *ck_winograd4_f64(void) { return PICK(winograd_table, f64); }
