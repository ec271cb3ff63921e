// Swift's names of the kernels: C functions as members of FloatKernels and DoubleKernels, so that a Swift protocol can
// describe those of both types at once.
#pragma once

typedef struct { char unused; } ck_kernels_f32 __attribute__((swift_name("FloatKernels")));
typedef struct { char unused; } ck_kernels_f64 __attribute__((swift_name("DoubleKernels")));

#define CK_TYPE_f32 "FloatKernels"
#define CK_TYPE_f64 "DoubleKernels"
#define CK_MEMBER(type, name) __attribute__((swift_name(type "." #name)))
#define CK_NAME(TAG, name) CK_MEMBER(CK_TYPE_##TAG, name)
