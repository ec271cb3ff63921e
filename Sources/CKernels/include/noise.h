// Random numbers that are keyed by what they are for, so that any part of them is had without the rest.
#pragma once
#include <stdint.h>

/* A bit for each of rows × count values, set with probability 1 − rate: keyed by seed, stream, step and the row's number.
   The bits of all values lie one after another; a row has 2²⁸ values at most. */
void ck_keep_bits(long rows, long count, uint64_t seed, uint32_t stream, uint64_t step, const int32_t *_Nonnull numbers,
                  double rate, uint16_t *_Nonnull bits);
