// Rows by token, and rows one by one.
// What each computes is said where Swift names it: SequenceKernels.
#pragma once
#include <stdint.h>
#include "names.h"

#define CK_DECLARE_SEQUENCES(T, TAG)                                                                      \
    void ck_look_up_##TAG(long m, long n, const T *_Nullable w, const int32_t *_Nullable token, T scale,  \
        int add, T *_Nullable o)                                                                          \
        CK_NAME(TAG, lookUp(rows:columns:in:tokens:scale:adds:to:));                                      \
    void ck_scatter_##TAG(long m, long n, const T *_Nullable a, const int32_t *_Nullable token, T scale,  \
        T *_Nullable o)                                                                                   \
        CK_NAME(TAG, scatter(rows:columns:of:tokens:scale:to:));                                          \
    void ck_count_tokens_##TAG(long m, const int32_t *_Nullable token, int32_t padding, T each,           \
        T *_Nullable o)                                                                                   \
        CK_NAME(TAG, countTokens(count:tokens:padding:each:to:));                                         \
    void ck_add_row_##TAG(long m, long n, const T *_Nullable a, const T *_Nullable row, int add,          \
        T *_Nullable o)                                                                                   \
        CK_NAME(TAG, addRow(rows:columns:_:row:adds:to:));                                                \
    void ck_scale_rows_##TAG(long m, long n, const T *_Nullable a, const T *_Nullable s, T *_Nullable o)  \
        CK_NAME(TAG, scaleRows(rows:columns:_:by:to:));

CK_DECLARE_SEQUENCES(float, f32)
CK_DECLARE_SEQUENCES(double, f64)
