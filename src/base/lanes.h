/*
 * Loops that are worth wider vectors where the processor has them: compiled twice, chosen when the program starts. AVX2 without fused
 * multiply-add rounds as the plain code does, so both give the same bits, where the folder is compiled with -ffp-contract=off.
 */
#pragma once
#include "base/sanitized.h"
#include <features.h> /* __GLIBC__: whoever includes this first has not seen it yet */
#if defined(__x86_64__) && defined(__GLIBC__) && !ADDRESS_SANITIZED
#ifdef __clang__
#if __clang_major__ >= 18
#define LANES __attribute__((target_clones("avx2", "default")))
#else /* names what chooses `f.ifunc`: no other file can call f */
#define LANES
#endif
#else /* gcc would inline the plain one; clang takes no second attribute, and does not */
#define LANES __attribute__((noinline, target_clones("avx2", "default")))
#endif
#else
#define LANES
#endif
