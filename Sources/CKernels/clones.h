// CLONES: a function is compiled once for each instruction set and chosen when the program is loaded.
#pragma once

#if defined(__x86_64__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif
