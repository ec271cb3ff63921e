// Random bits by Philox4x32-10 (Salmon et al. 2011), sixteen counters at a time: the same on every processor.
#include "CKernels.h"
#include "clones.h"
#include <string.h>

typedef uint32_t words __attribute__((ext_vector_type(16)));
typedef uint64_t wide __attribute__((ext_vector_type(16)));
typedef _Bool sixteen_bits __attribute__((ext_vector_type(16)));
#define INLINE static inline __attribute__((always_inline))

#define HIGH(a, b) __builtin_convertvector((__builtin_convertvector(a, wide) * (uint64_t)(b)) >> 32, words)

/* Puts sixteen bits at any place among words that are zero there. */
INLINE void put(uint16_t *bits, long place, uint16_t sixteen) {
    const int shift = place % 16;
    bits[place / 16] |= (uint16_t)(sixteen << shift);
    if (shift && sixteen >> (16 - shift)) bits[place / 16 + 1] |= sixteen >> (16 - shift);
}

/* Value j of a row is kept where word (j/16)%4 of the counter (j/64·16 + j%16, the row's number, step, stream) is not
   below the threshold. */
CLONES void ck_keep_bits(long rows, long count, uint64_t seed, uint32_t stream, uint64_t step, const int32_t *numbers,
                         double rate, uint16_t *bits) {
    const uint32_t threshold = (uint32_t)(rate * 4294967296.0);
    const words lanes = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    memset(bits, 0, (size_t)((rows * count + 15) / 16) * 2);
    for (long i = 0; i < rows; i++) {
        for (long j = 0; j < count; j += 64) {
            words a = lanes + (uint32_t)(j / 4), b = (uint32_t)numbers[i], c = (uint32_t)step, d = stream;
            uint32_t k = (uint32_t)seed, l = (uint32_t)(seed >> 32);
            for (int round = 0; round < 10; round++) {
                words e = HIGH(c, 0xCD9E8D57u) ^ b ^ k, f = c * 0xCD9E8D57u;
                words g = HIGH(a, 0xD2511F53u) ^ d ^ l, h = a * 0xD2511F53u;
                a = e, b = f, c = g, d = h;
                k += 0x9E3779B9u, l += 0xBB67AE85u;
            }
            const words four[4] = {a, b, c, d};
            for (int w = 0; w < 4 && j + 16 * w < count; w++) {
                const long left = count - j - 16 * w;
                sixteen_bits kept = __builtin_convertvector(four[w] >= threshold, sixteen_bits);
                uint16_t sixteen;
                memcpy(&sixteen, &kept, 2);
                if (left < 16) sixteen &= (1u << left) - 1;
                put(bits, i * count + j + 16 * w, sixteen);
            }
        }
    }
}
