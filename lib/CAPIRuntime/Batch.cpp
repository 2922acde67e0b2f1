//===- Batch.cpp - The C interface of batches --------------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir/Runtime/Batch.h"
#include "weir/CAPIRuntime/Handles.h"
#include "weir/Runtime/FillAhead.h"

#include <algorithm>

using namespace weir;
using namespace weir::capi;

namespace {

/// Marks the matchers of a batch as taken, so that one that stands there twice, or in
/// another batch at the same time, is found without allocating.
class TakenMatchers {
public:
  TakenMatchers(weir_matcher *const *Matchers, size_t Count) : Matchers(Matchers) {
    for (; Taken < Count; ++Taken)
      if (!Matchers[Taken] || Matchers[Taken]->InBatch.exchange(true, std::memory_order_acquire))
        return;
    Ok = true;
  }
  ~TakenMatchers() {
    for (size_t I = 0; I < Taken; ++I)
      Matchers[I]->InBatch.store(false, std::memory_order_release);
  }
  TakenMatchers(const TakenMatchers &) = delete;
  TakenMatchers &operator=(const TakenMatchers &) = delete;
  bool ok() const { return Ok; }

private:
  weir_matcher *const *Matchers;
  size_t Taken = 0;
  bool Ok = false;
};

/// The first answer in order, whichever came first in time.
class FirstFailure {
public:
  void add(size_t Index, weir_status Answer) {
    if (Answer == WEIR_OK)
      return;
    // The index is above the status, so that the least value is the first failure.
    const uint64_t New = uint64_t(Index) << 8 | uint64_t(Answer);
    uint64_t Old = Least.load(std::memory_order_relaxed);
    while (New < Old && !Least.compare_exchange_weak(Old, New, std::memory_order_relaxed)) {
    }
  }
  weir_status get() const {
    const uint64_t Value = Least.load(std::memory_order_relaxed);
    return Value == UINT64_MAX ? WEIR_OK : weir_status(Value & 0xff);
  }

private:
  std::atomic<uint64_t> Least{UINT64_MAX};
};

/// Runs F(i) for each i, where the executor says.
template <typename Fn>
void runAll(size_t Count, const weir_executor *Executor, Fn F) {
  if (!Executor || !Executor->run || Count < 2) {
    for (size_t I = 0; I < Count; ++I)
      F(I);
    return;
  }
  Executor->run(
      Executor->context, Count, [](void *C, size_t I) { (*static_cast<Fn *>(C))(I); }, &F);
}
} // namespace

extern "C" {

weir_status weir_pool_create(uint32_t threads, weir_pool **pool) {
  if (!pool || threads > 4096)
    return WEIR_INVALID_ARGUMENT;
  return guard([&] {
    *pool = new weir_pool(threads);
    return WEIR_OK;
  });
}

void weir_pool_destroy(weir_pool *pool) { delete pool; }

weir_executor weir_pool_executor(weir_pool *pool) {
  weir_executor Executor;
  Executor.context = pool;
  Executor.run = [](void *Context, size_t Count, weir_task Task, void *TaskContext) {
    auto Run = [&](size_t I) { Task(TaskContext, I); };
    if (Context) {
      static_cast<weir_pool *>(Context)->Pool.run(Count, Run);
      return;
    }
    for (size_t I = 0; I < Count; ++I)
      Run(I);
  };
  return Executor;
}

weir_status weir_tables_fill_ahead(weir_tables *tables, const weir_grammar *grammar,
                                   const weir_ahead_options *options, weir_ahead_report *report,
                                   weir_message message) {
  weir_ahead_options Given;
  if (!tables || !grammar || !readOptions(options, Given) || Given.max_depth > 4096 ||
      (report && report->struct_size < sizeof(size_t)))
    return WEIR_INVALID_ARGUMENT;
  return guard([&] {
    AheadOptions Options;
    if (Given.max_bytes)
      Options.MaxBytes = Given.max_bytes;
    if (Given.max_depth)
      Options.MaxDepth = Given.max_depth;
    if (Given.max_places)
      Options.MaxPlaces = Given.max_places;
    if (Given.time_limit_us && Given.time_limit_us <= uint64_t(INT64_MAX) / 1000)
      Options.Time = std::chrono::microseconds(Given.time_limit_us);
    auto RunAll = [&](size_t Count, BatchTask Task) { runAll(Count, Given.executor, Task); };
    const Executor Run = RunAll;
    Options.Run = &Run;
    auto Ask = [&] { return Given.stop(Given.stop_context) != 0; };
    const FunctionRef<bool()> Stop = Ask;
    if (Given.stop)
      Options.Stop = &Stop;
    auto Done = fillAhead(grammar->Value, tables->Value, Options);
    if (!Done)
      return fail(Done.error(), message);
    if (report)
      writeStruct(weir_ahead_report{0, Done->Tables, Done->Bytes, Done->Complete, Done->Masks},
                  report);
    writeMessage(message, "");
    return WEIR_OK;
  });
}

weir_status weir_fill_batch(weir_matcher *const *matchers, size_t count, uint32_t *rows,
                            size_t row_words, const size_t *row_index, uint32_t mask_bits,
                            const weir_executor *executor, weir_status *answers,
                            uint8_t *all_allowed) {
  const size_t Words = Matcher::rowWords(mask_bits);
  if ((count != 0 && (!matchers || !rows)) || row_words < Words)
    return WEIR_INVALID_ARGUMENT;
  TakenMatchers Taken(matchers, count);
  if (!Taken.ok())
    return WEIR_INVALID_ARGUMENT;
  FirstFailure First;
  auto Fill = [&](size_t I) {
    uint32_t *Row = rows + (row_index ? row_index[I] : I) * row_words;
    BatchRow R{&matchers[I]->M, std::span(Row, Words)};
    fillBatchRow(R, mask_bits);
    if (answers)
      answers[I] = status(R.Answer);
    if (all_allowed)
      all_allowed[I] = R.AllAllowed;
    First.add(I, status(R.Answer));
  };
  runAll(count, executor, Fill);
  return First.get();
}

weir_status weir_accept_batch(weir_matcher *const *matchers, const uint32_t *tokens, size_t count,
                              const weir_executor *executor, weir_status *answers) {
  if (count != 0 && (!matchers || !tokens))
    return WEIR_INVALID_ARGUMENT;
  TakenMatchers Taken(matchers, count);
  if (!Taken.ok())
    return WEIR_INVALID_ARGUMENT;
  FirstFailure First;
  auto Accept = [&](size_t I) {
    const weir_status Answer = weir_matcher_accept(matchers[I], tokens[I]);
    if (answers)
      answers[I] = Answer;
    First.add(I, Answer);
  };
  runAll(count, executor, Accept);
  return First.get();
}

weir_status weir_matcher_fill_draft_tree(weir_matcher *matcher, const uint32_t *tokens,
                                         const int32_t *parents, size_t count, uint32_t *rows,
                                         size_t row_words, uint32_t mask_bits,
                                         weir_status *answers) {
  static_assert(WEIR_NO_TOKEN == NoDraftToken);
  if (!matcher || (count != 0 && (!tokens || !parents || !rows || !answers)) ||
      (row_words != 0 && count > SIZE_MAX / sizeof(uint32_t) / row_words))
    return WEIR_INVALID_ARGUMENT;
  return guard([&] {
    std::vector<Status> Nodes(count, Status::Ok);
    Result<Success> Filled =
        fillDraftTree(matcher->M, std::span(tokens, count), std::span(parents, count),
                      std::span(rows, count * row_words), row_words, mask_bits, Nodes);
    if (!Filled)
      return status(Filled.error().Code);
    if (std::find(Nodes.begin(), Nodes.end(), Status::OutOfMemory) != Nodes.end())
      return WEIR_OUT_OF_MEMORY;
    std::transform(Nodes.begin(), Nodes.end(), answers, [](Status S) { return status(S); });
    return WEIR_OK;
  });
}

} // extern "C"
