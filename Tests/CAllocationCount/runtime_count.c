// The functions of Swift's runtime that count references and check exclusive access, replaced for the whole process by
// ones that count first.
#define _GNU_SOURCE
#include "allocation_count.h"
#include <dlfcn.h>
#include <stdint.h>

static _Thread_local long count;

long runtime_call_count(void) { return count; }

/* The runtime's own function of this name. */
#define NEXT(name)                                                                                 \
    static __typeof__(name) *next;                                                                 \
    if (!next) next = (__typeof__(name) *)dlsym(RTLD_NEXT, #name);                                 \
    count++

#define ONE(name)                                                                                  \
    void *name(void *object) {                                                                     \
        NEXT(name);                                                                \
        return next(object);                                                                       \
    }
#define SEVERAL(name)                                                                              \
    void *name(void *object, uint32_t n) {                                                         \
        NEXT(name);                                                      \
        return next(object, n);                                                                    \
    }
ONE(swift_retain)
ONE(swift_release)
ONE(swift_bridgeObjectRetain)
ONE(swift_bridgeObjectRelease)
SEVERAL(swift_retain_n)
SEVERAL(swift_release_n)
SEVERAL(swift_bridgeObjectRetain_n)
SEVERAL(swift_bridgeObjectRelease_n)

void swift_beginAccess(void *pointer, void *buffer, uintptr_t flags, void *pc) {
    NEXT(swift_beginAccess);
    next(pointer, buffer, flags, pc ? pc : __builtin_return_address(0));
}
