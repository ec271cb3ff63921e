// CLONES: a function is compiled once for each instruction set and chosen when the program is loaded.
// Not under the thread sanitizer, which is not there yet when they are chosen.
#pragma once

#if defined(__x86_64__) && !__has_feature(thread_sanitizer)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif
