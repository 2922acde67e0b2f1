//===- ReplayMain.cpp - Runs a fuzzer's inputs without libFuzzer ----------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
//   NAME-replay [--mutations=N] FILE-or-FOLDER…
//
// Gives every file to the fuzzer, and after it N damaged copies: bits flipped, parts
// cut out, doubled or exchanged for parts of other files. The damage is drawn from a
// fixed seed, so a failure comes again. An input is written to the current folder
// before it runs when WEIR_REPLAY_KEEP is set, for the debugger.
//
//===----------------------------------------------------------------------===//
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <system_error>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size);

namespace {

using Bytes = std::vector<uint8_t>;
constexpr size_t MaxBytes = 8192; // of a damaged copy

void run(const Bytes &Input) {
  if (std::getenv("WEIR_REPLAY_KEEP"))
    std::ofstream("replayed-input", std::ios::binary)
        .write(reinterpret_cast<const char *>(Input.data()), std::streamsize(Input.size()));
  // A buffer of exactly that size, so that reading past it shows under AddressSanitizer.
  Bytes Exact(Input.begin(), Input.end());
  LLVMFuzzerTestOneInput(Exact.data(), Exact.size());
}

void damage(Bytes &B, const std::vector<Bytes> &All, std::mt19937 &Random) {
  auto Below = [&](size_t N) { return N == 0 ? 0 : size_t(Random() % N); };
  for (unsigned Times = 1 + unsigned(Below(4)); Times > 0; --Times) {
    size_t At = Below(B.size() + 1), Length = Below(std::min<size_t>(B.size() - At, 64) + 1);
    auto First = B.begin() + long(At);
    switch (Below(6)) {
    case 0:
      if (At < B.size())
        B[At] ^= uint8_t(1U << Below(8));
      break;
    case 1:
      if (At < B.size())
        B[At] = uint8_t(Random());
      break;
    case 2:
      B.erase(First, First + long(Length));
      break;
    case 3: {
      Bytes Part(First, First + long(Length));
      B.insert(First, Part.begin(), Part.end());
      break;
    }
    case 4: {
      const Bytes &Other = All[Below(All.size())];
      size_t From = Below(Other.size() + 1),
             Size = Below(std::min<size_t>(Other.size() - From, 64) + 1);
      Bytes Part(Other.begin() + long(From), Other.begin() + long(From + Size));
      B.insert(First, Part.begin(), Part.end());
      break;
    }
    default: {
      static const char *const Numbers[] = {"0", "1", "-1", "4294967295", "1e99", "65536"};
      const char *Text = Numbers[Below(std::size(Numbers))];
      B.insert(First, Text, Text + std::strlen(Text));
    }
    }
  }
  if (B.size() > MaxBytes)
    B.resize(MaxBytes);
}

} // namespace

int main(int ArgCount, char **Args) {
  unsigned long Mutations = 0;
  std::vector<std::string> Files;
  for (int I = 1; I < ArgCount; ++I) {
    if (std::strncmp(Args[I], "--mutations=", 12) == 0) {
      Mutations = std::strtoul(Args[I] + 12, nullptr, 10);
      continue;
    }
    std::error_code Ignored;
    if (!std::filesystem::is_directory(Args[I], Ignored)) {
      Files.push_back(Args[I]);
      continue;
    }
    for (const auto &Entry : std::filesystem::directory_iterator(Args[I], Ignored))
      if (Entry.is_regular_file(Ignored))
        Files.push_back(Entry.path().string());
  }
  std::sort(Files.begin(), Files.end());

  std::vector<Bytes> Inputs;
  for (const std::string &File : Files) {
    std::ifstream In(File, std::ios::binary);
    if (!In) {
      std::fprintf(stderr, "cannot read %s\n", File.c_str());
      return 2;
    }
    Inputs.emplace_back(std::istreambuf_iterator<char>(In), std::istreambuf_iterator<char>());
  }
  if (Inputs.empty()) {
    std::fprintf(stderr, "no inputs\n");
    return 2;
  }
  LLVMFuzzerTestOneInput(nullptr, 0);
  for (size_t I = 0; I < Inputs.size(); ++I) {
    std::fprintf(stderr, "%s\n", Files[I].c_str());
    run(Inputs[I]);
    std::mt19937 Random(uint32_t(I + 1));
    for (unsigned long N = 0; N < Mutations; ++N) {
      Bytes Copy = Inputs[I];
      damage(Copy, Inputs, Random);
      run(Copy);
    }
  }
  std::printf("%zu inputs, %lu damaged copies of each\n", Inputs.size(), Mutations);
  return 0;
}
