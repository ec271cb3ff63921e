/* Checks that say what is wrong and end the process. */
#ifndef CHECKS_H
#define CHECKS_H
#include <stdio.h>
#include <stdlib.h>

#define REQUIRE(condition)                                                                         \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                \
            exit(1);                                                                               \
        }                                                                                          \
    } while (0)

void check_shared_memory(void);
void check_signals(void);
/* All kernels on several threads at once, and profiles of them; what a thread keeps ends with it, or is a leak. */
void check_threads(long rounds);

#endif
