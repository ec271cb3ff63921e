/* Memory of several processes of one node, and numbers in it that they wait for. */
#ifndef CSHARED_MEMORY_H
#define CSHARED_MEMORY_H
#include <stdint.h>

/* A file in memory that has no name and ends with the last process that has it: its descriptor, or −1. */
int csm_create(long bytes);
/* The file that another process created, or −1: it is in another container, or may not be opened. */
int csm_open(long process, int file);
/* The file's bytes, those from `first` on backed by memory of this processor (`own` of them); null if there are none. */
void *csm_map(int file, long bytes, long first, long own);
void csm_unmap(void *memory, long bytes);
void csm_close(int file);

/* What a process wrote before it published a number is seen by whoever has seen that number. */
void csm_publish(uint64_t *place, uint64_t number);
uint64_t csm_seen(const uint64_t *place);
/* A moment, for loops that wait. */
void csm_pause(void);
/* Lets another process have this processor, where one waits for it. */
void csm_yield(void);

#endif
