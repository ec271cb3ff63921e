// Includes TEMPLATE for float and for double, with these names defined:
//   T, F(name)    scalar type, and a kernel's name with its suffix
#define T float
#define F(name) ck_##name##_f32
#include TEMPLATE
#undef T
#undef F

#define T double
#define F(name) ck_##name##_f64
#include TEMPLATE
#undef T
#undef F
#undef TEMPLATE
