// CSharedMemory: two processes of one node count together, each in a segment of its own.
#define _GNU_SOURCE
#include "shared_memory.h"
#include "checks.h"
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096, BYTES = 3 * PAGE, ROUNDS = 1000, VALUES = PAGE / sizeof(uint64_t) };

/* The first page has a number for each process, the others are their segments. */
static void count(char *memory, int own) {
    uint64_t *arrived[2] = {(uint64_t *)memory, (uint64_t *)(memory + 64)};
    uint64_t *segment[2] = {(uint64_t *)(memory + PAGE), (uint64_t *)(memory + 2 * PAGE)};
    for (uint64_t round = 1; round <= 2 * ROUNDS; round++) {
        if (round % 2)
            for (int i = 0; i < VALUES; i++) segment[own][i] = round;
        csm_publish(arrived[own], round);
        while (csm_seen(arrived[!own]) < round) csm_pause(), csm_yield();
        /* After the first meeting of a pair the other's numbers are there; before the second they do not change. */
        if (round % 2)
            for (int i = 0; i < VALUES; i++) REQUIRE(segment[!own][i] == round);
    }
}

void check_shared_memory(void) {
    int file = csm_create(BYTES);
    REQUIRE(file >= 0);
    char *memory = csm_map(file, BYTES, 0, 2 * PAGE);
    REQUIRE(memory);
    pid_t parent = getpid(), child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        int theirs = csm_open(parent, file);
        REQUIRE(theirs >= 0);
        char *same = csm_map(theirs, BYTES, 2 * PAGE, PAGE);
        REQUIRE(same);
        csm_close(theirs);
        count(same, 1);
        csm_unmap(same, BYTES);
        _exit(0);
    }
    alarm(120); /* where the child failed, nobody comes */
    count(memory, 0);
    alarm(0);
    csm_close(file);
    int status = -1;
    REQUIRE(waitpid(child, &status, 0) == child && status == 0);
    csm_unmap(memory, BYTES);
    /* What is no such file is not opened, and what is no file is not mapped. */
    REQUIRE(csm_open(getpid(), 0) < 0);
    REQUIRE(!csm_map(-1, BYTES, 0, PAGE));
}
