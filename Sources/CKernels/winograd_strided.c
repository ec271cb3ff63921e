// Convolution 3×3 with stride 2 by Winograd's algorithm in phases: along each axis the even pixels meet the taps 0 and
// 2, a convolution of two taps with stride 1, F(4, 2), and the odd ones meet tap 1 alone. 81 multiplications for 4×4
// outputs in place of 144. Points are ±⅜, ±5/4, ∞: its rounding error is half that of F(4×4, 3×3).
#include "convolution.h"
#include <string.h>

#define OUT 4L
#define STRIDE 2L
#define POINTS 9L /* of values along an axis: 5 even, 4 odd; the odd ones share a filter */
#define KINDS 6L  /* of filters */
#define P1 0.375  /* the points, their squares, and factors of G */
#define P2 1.25
#define S1 (P1 * P1)
#define S2 (P2 * P2)
#define G1 (1 / (2 * P1 * (S1 - S2)))
#define G2 (1 / (2 * P2 * (S2 - S1)))
#define TRANSFORMS "winograd_strided_transforms.h"

#define TEMPLATE "winograd_template.h"
#include "instantiate.h"

const ck_convolver_f32 *ck_winograd_strided_f32(void) { return PICK(winograd_table, f32); }
const ck_convolver_f64 *ck_winograd_strided_f64(void) { return PICK(winograd_table, f64); }
