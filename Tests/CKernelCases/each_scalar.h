// Includes TEMPLATE for float and for double, with these names defined:
//   T, CK(name), KC(name)    scalar type, a kernel's name and one of the cases' with its suffix
#define T float
#define CK(name) ck_##name##_f32
#define KC(name) kc_##name##_f32
#include TEMPLATE
#undef T
#undef CK
#undef KC
#define T double
#define CK(name) ck_##name##_f64
#define KC(name) kc_##name##_f64
#include TEMPLATE
#undef T
#undef CK
#undef KC
#undef TEMPLATE
