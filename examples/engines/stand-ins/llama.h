/*===- llama.h - A stand-in for llama.cpp's sampler interface ----*- C++ -*-===*\
|*                                                                            *|
|* Part of Weir, under the Apache License v2.0 with LLVM Exceptions.          *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* The names and signatures that a sampler meets in llama.cpp's llama.h, and  *|
|* nothing behind them: enough to compile and run an adapter.                 *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/
#ifndef STAND_IN_LLAMA_H
#define STAND_IN_LLAMA_H

#include <cstddef>
#include <cstdint>

typedef int32_t llama_token;

struct llama_token_data {
  llama_token id;
  float logit;
  float p;
};

struct llama_token_data_array {
  llama_token_data *data;
  size_t size;
  int64_t selected;
  bool sorted;
};

struct llama_sampler;

struct llama_sampler_i {
  const char *(*name)(const llama_sampler *);
  void (*accept)(llama_sampler *, llama_token);
  void (*apply)(llama_sampler *, llama_token_data_array *);
  void (*reset)(llama_sampler *);
  llama_sampler *(*clone)(const llama_sampler *);
  void (*free)(llama_sampler *);
};

struct llama_sampler {
  const llama_sampler_i *iface;
  void *ctx;
};

inline llama_sampler *llama_sampler_init(const llama_sampler_i *iface, void *ctx) {
  return new llama_sampler{iface, ctx};
}

#endif
