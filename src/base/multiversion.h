// One function body compiled for several instruction sets.
#pragma once

/// Marks a function with plain loops: the loader picks the best version for the machine. Results
/// may differ between instruction sets in the last bits (fused multiply-add), never on one.
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && !defined(__SANITIZE_THREAD__)
#define DINAS_MULTIVERSION \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define DINAS_MULTIVERSION
#endif
