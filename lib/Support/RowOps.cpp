//===- RowOps.cpp - Whole rows of bits at once ----------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Support/RowOps.h"

#include <algorithm>

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__))
#define WEIR_ROWS_AVX2 1
#include <immintrin.h>
#endif

namespace weir {

namespace {

// Plain loops: the compiler makes of them what every machine of the target has.
void copyPlain(uint32_t *__restrict To, const uint32_t *__restrict From, size_t Words) {
  for (size_t I = 0; I < Words; ++I)
    To[I] = From[I];
}
void zeroPlain(uint32_t *To, size_t Words) {
  for (size_t I = 0; I < Words; ++I)
    To[I] = 0;
}
void orPlain(uint32_t *__restrict To, const uint32_t *__restrict From, size_t Words) {
  for (size_t I = 0; I < Words; ++I)
    To[I] |= From[I];
}
void andPlain(uint32_t *__restrict To, const uint32_t *__restrict From, size_t Words) {
  for (size_t I = 0; I < Words; ++I)
    To[I] &= From[I];
}
void withoutPlain(uint32_t *__restrict To, const uint32_t *__restrict From, size_t Words) {
  for (size_t I = 0; I < Words; ++I)
    To[I] = From[I] & ~To[I];
}

size_t countPlain(const uint32_t *Row, size_t Words) {
  size_t Sum = 0;
  for (size_t I = 0; I < Words; ++I) {
    uint32_t V = Row[I];
    V -= V >> 1 & 0x55555555U;
    V = (V & 0x33333333U) + (V >> 2 & 0x33333333U);
    V = (V + (V >> 4)) & 0x0f0f0f0fU;
    Sum += V * 0x01010101U >> 24;
  }
  return Sum;
}

constexpr RowOps Plain = {"plain",  copyPlain,    zeroPlain, orPlain,
                          andPlain, withoutPlain, countPlain};

#ifdef WEIR_ROWS_AVX2

#define WEIR_AVX2 __attribute__((target("avx2")))
/// Words until `To` is on the bounds of a vector, four vectors a turn, then what is left, word by
/// word by `Rest`. A vector stored across two lines of the cache costs twice as much.
#define WEIR_ROW_LOOP(Vectors, Rest)                                                               \
  size_t I = 0;                                                                                    \
  for (const size_t Head = std::min(Words, wordsBeforeVector(To)); I < Head; ++I) {                \
    Rest;                                                                                          \
  }                                                                                                \
  for (; I + 32 <= Words; I += 32) {                                                               \
    Vectors;                                                                                       \
  }                                                                                                \
  for (; I < Words; ++I) {                                                                         \
    Rest;                                                                                          \
  }

/// How many words lie before the next multiple of 32 bytes.
inline size_t wordsBeforeVector(const uint32_t *To) {
  return size_t(-reinterpret_cast<intptr_t>(To)) / sizeof(uint32_t) % 8;
}
/// Calls F with the places of four vectors.
#define WEIR_FOUR(F)                                                                               \
  for (size_t K = I; K < I + 32; K += 8) {                                                         \
    F;                                                                                             \
  }

WEIR_AVX2 inline __m256i load(const uint32_t *P) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i *>(P));
}
WEIR_AVX2 inline void store(uint32_t *P, __m256i V) {
  _mm256_storeu_si256(reinterpret_cast<__m256i *>(P), V);
}

/// Reads four vectors before it writes them: where the rows lie alike within a page, each read
/// would wait for the write before it.
WEIR_AVX2 inline void copyFour(uint32_t *To, const uint32_t *From) {
  const __m256i A = load(From), B = load(From + 8), C = load(From + 16), D = load(From + 24);
  store(To, A);
  store(To + 8, B);
  store(To + 16, C);
  store(To + 24, D);
}
WEIR_AVX2 void copyAvx2(uint32_t *To, const uint32_t *From, size_t Words){
    WEIR_ROW_LOOP(copyFour(To + I, From + I), To[I] = From[I])} WEIR_AVX2
    void zeroAvx2(uint32_t *To, size_t Words) {
  const __m256i Zero = _mm256_setzero_si256();
  WEIR_ROW_LOOP(WEIR_FOUR(store(To + K, Zero)), To[I] = 0)
}
WEIR_AVX2 void orAvx2(uint32_t *To, const uint32_t *From, size_t Words){
    WEIR_ROW_LOOP(WEIR_FOUR(store(To + K, _mm256_or_si256(load(To + K), load(From + K)))),
                  To[I] |= From[I])} WEIR_AVX2
    void andAvx2(uint32_t *To, const uint32_t *From, size_t Words){
        WEIR_ROW_LOOP(WEIR_FOUR(store(To + K, _mm256_and_si256(load(To + K), load(From + K)))),
                      To[I] &= From[I])} WEIR_AVX2
    void withoutAvx2(uint32_t *To, const uint32_t *From, size_t Words) {
  WEIR_ROW_LOOP(WEIR_FOUR(store(To + K, _mm256_andnot_si256(load(To + K), load(From + K)))),
                To[I] = From[I] & ~To[I])
}

__attribute__((target("avx2,popcnt"))) size_t countAvx2(const uint32_t *Row, size_t Words) {
  size_t Sum = 0;
  for (size_t I = 0; I < Words; ++I)
    Sum += size_t(__builtin_popcount(Row[I]));
  return Sum;
}

constexpr RowOps Known[] = {Plain,
                            {"avx2", copyAvx2, zeroAvx2, orAvx2, andAvx2, withoutAvx2, countAvx2}};

size_t count() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt") ? 2 : 1;
}

#else

constexpr RowOps Known[] = {Plain};

size_t count() { return 1; }

#endif

} // namespace

std::span<const RowOps> RowOps::all() { return {Known, count()}; }

const RowOps &RowOps::best() { return Known[count() - 1]; }

} // namespace weir
