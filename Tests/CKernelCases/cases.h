/* What the cases have in common. State belongs to the thread. */
#ifndef CASES_H
#define CASES_H
#include "CKernels.h"
#include "kernel_cases.h"

/* Random whole numbers: below n, of a list, and by a coin. */
long kc_below(long n);
#define ONE_OF(...) ((const long[]){__VA_ARGS__})[kc_below(sizeof((const long[]){__VA_ARGS__}) / sizeof(long))]
int kc_chance(void);

/* Memory of so many bytes until the shape's end; unset. */
void *kc_memory(long bytes);
uint32_t *kc_words(long n);

/* `given`: random values in (−1, 1). `wanted`: such values where the kernel adds, else NaN, which it has to overwrite. */
float *kc_given_f32(long n);
double *kc_given_f64(long n);
float *kc_wanted_f32(long n, int adds);
double *kc_wanted_f64(long n, int adds);
/* Complains where one of these is not finite. */
void kc_check_f32(const char *what, long n, const float *values);
void kc_check_f64(const char *what, long n, const double *values);

#define DECLARE_CASES(tag)                                                                         \
    void kc_convolutions_##tag(void);                                                              \
    void kc_products_##tag(void);                                                                  \
    void kc_triangles_##tag(void);                                                                 \
    void kc_pooling_##tag(void);                                                                   \
    void kc_batch_norm_##tag(void);                                                                \
    void kc_layer_norm_##tag(void);                                                                \
    void kc_losses_##tag(void);                                                                    \
    void kc_draws_##tag(void);                                                                     \
    void kc_sweeps_##tag(void);                                                                    \
    void kc_sequences_##tag(void);                                                                 \
    void kc_vectors_##tag(void);                                                                   \
    void kc_not_numbers_##tag(void);
DECLARE_CASES(f32)
DECLARE_CASES(f64)
void kc_bits(void);

#endif
