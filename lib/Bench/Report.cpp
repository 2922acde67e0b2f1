//===- Report.cpp - The results of MaskBench as bytes, JSON and a table ---===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A case may be measured in a process of its own, which hands its result over as bytes;
// `transfer` lists the members once for both ways. JSON has a line a case; the table is
// made of the distributions that `add` gathers.
//
//===----------------------------------------------------------------------===//
#include "weir/Bench/MaskBench.h"

#include "weir/Support/Escape.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>

namespace weir::bench {

namespace {

/// Appends plain values as they lie in memory: writer and reader are one program.
class Packer {
public:
  template <typename T>
  void value(const T &V) {
    Out.append(reinterpret_cast<const char *>(&V), sizeof(V));
  }
  template <typename Sequence>
  void sequence(const Sequence &S) {
    value(uint64_t(S.size()));
    Out.append(reinterpret_cast<const char *>(S.data()), S.size() * sizeof(S[0]));
  }
  std::string Out;
};

class Unpacker {
public:
  explicit Unpacker(std::string_view In) : In(In) {}

  template <typename T>
  void value(T &V) {
    take(&V, sizeof(V));
  }
  template <typename Sequence>
  void sequence(Sequence &S) {
    uint64_t Size = 0;
    value(Size);
    assert(Size <= In.size() && "the packed bytes are whole");
    S.resize(size_t(Size));
    take(S.data(), S.size() * sizeof(S[0]));
  }

private:
  void take(void *To, size_t Size) {
    assert(Size <= In.size() && "the packed bytes are whole");
    if (Size != 0) // an empty vector may have no place
      std::memcpy(To, In.data(), Size);
    In.remove_prefix(Size);
  }
  std::string_view In;
};

template <typename Archive, typename Self>
void transfer(Archive &A, Self &R) {
  A.value(R.What);
  A.sequence(R.Reason);
  A.value(R.Compile);
  A.value(R.First);
  A.value(R.Ahead);
  A.sequence(R.Masks);
  A.sequence(R.Fill);
  A.sequence(R.Accept);
  A.sequence(R.Parts);
  A.sequence(R.Instances);
  A.value(R.Contradictions);
  A.value(R.MaskErrors);
}

} // namespace

std::string CaseResult::pack() const {
  Packer P;
  transfer(P, *this);
  return std::move(P.Out);
}

CaseResult CaseResult::unpack(std::string_view Bytes) {
  CaseResult R;
  Unpacker U(Bytes);
  transfer(U, R);
  return R;
}

CaseResult CaseResult::median(std::vector<CaseResult> Runs) {
  CaseResult Out = Runs[0];
  std::vector<uint64_t> Values(Runs.size());
  auto middle = [&](auto Of) {
    for (size_t R = 0; R < Runs.size(); ++R)
      Values[R] = Of(Runs[R]);
    auto Mid = Values.begin() + ptrdiff_t(Values.size() / 2);
    std::nth_element(Values.begin(), Mid, Values.end());
    return *Mid;
  };
  Out.Compile = middle([](const CaseResult &R) { return R.Compile; });
  Out.First = middle([](const CaseResult &R) { return R.First; });
  Out.Ahead = middle([](const CaseResult &R) { return R.Ahead; });
  for (size_t I = 0; I < Out.Masks.size(); ++I) {
    Out.Masks[I] = middle([&](const CaseResult &R) { return R.Masks[I]; });
    Out.Fill[I] = middle([&](const CaseResult &R) { return R.Fill[I]; });
    Out.Accept[I] = middle([&](const CaseResult &R) { return R.Accept[I]; });
  }
  return Out;
}

std::string CaseResult::json(std::string_view Id, bool WithParts) const {
  std::string Out = "{\"id\": ";
  appendJsonString(Out, Id);
  bool Compiled = What == State::Measured;
  bool HasTime = Compiled || What == State::Refused;
  Out += ", \"compile_us\": " + (HasTime ? microseconds(double(Compile)) : "null");
  Out += ", \"first_us\": " + (Compiled ? microseconds(double(First)) : "null");
  Out += ", \"compile_error\": ";
  if (What == State::Refused)
    appendJsonString(Out, Reason);
  else
    Out += "null";
  Out += ", \"masks_us\": [";
  for (size_t I = 0; I < Masks.size(); ++I)
    Out += (I ? ", " : "") + microseconds(double(Masks[I]));
  if (WithParts) {
    Out += "], \"mask_parts\": [";
    for (size_t I = 0; I < Parts.size(); ++I)
      Out += (I ? ", " : "") + std::to_string(Parts[I]);
  }
  Out += "], \"tests\": [";
  for (size_t I = 0; I < Instances.size(); ++I)
    Out += fmt::format("{}{{\"valid\": {}, \"accepted\": {}, \"terminated\": {}}}", I ? ", " : "",
                       Instances[I].Valid, Instances[I].Accepted, Instances[I].Terminated);
  Out += "]";
  if (What == State::Crashed) {
    Out += ", \"crash\": true, \"reason\": ";
    appendJsonString(Out, Reason);
  }
  if (What == State::TimedOut)
    Out += ", \"timeout\": true";
  if (Contradictions != 0)
    Out += fmt::format(", \"contradictions\": {}", Contradictions);
  if (What == State::Measured && !Reason.empty()) {
    Out += ", \"first_contradiction\": ";
    appendJsonString(Out, Reason);
  }
  if (MaskErrors != 0)
    Out += fmt::format(", \"mask_errors\": {}", MaskErrors);
  return Out + "}";
}

void MaskBenchSummary::add(const CaseResult &R) {
  ++Cases;
  switch (R.What) {
  case CaseResult::State::Crashed:
    ++Crashed;
    return;
  case CaseResult::State::TimedOut:
    ++TimedOut;
    return;
  case CaseResult::State::Refused:
    ++Refused;
    ++Refusals[R.Reason.substr(0, R.Reason.find(':'))];
    return;
  case CaseResult::State::Measured:
    break;
  }
  Compile.add(R.Compile);
  if (R.First != 0)
    First.add(R.First);
  if (R.Ahead != 0)
    Ahead.add(R.Ahead);
  for (size_t I = 0; I < R.Masks.size(); ++I) {
    Masks.add(R.Masks[I]);
    Fill.add(R.Fill[I]);
    Accept.add(R.Accept[I]);
    ByPart[R.Parts[I] ? size_t(std::bit_width(R.Parts[I] & 0x1ffff)) - 1 : 0].add(R.Fill[I]);
  }
  bool LostValid = false, TookInvalid = false;
  for (const InstanceResult &I : R.Instances) {
    (I.Valid ? Valid : Invalid) += 1;
    if (I.right())
      (I.Valid ? ValidRight : InvalidRight) += 1;
    LostValid |= I.Valid && !I.right();
    TookInvalid |= !I.Valid && !I.right();
    Untokenizable += I.Untokenizable;
  }
  ValidRejected += LostValid;
  InvalidAccepted += TookInvalid;
  Passing += !LostValid && !TookInvalid;
  Contradictions += R.Contradictions;
  MaskErrors += R.MaskErrors;
}

std::string MaskBenchSummary::table() {
  // Schemas that were only compiled have no masks, and pass nothing.
  const bool Read = Valid + Invalid != 0 || Compile.size() == 0;
  std::string Out = distributionHeading();
  if (Read) {
    Out += distributionRow("mask + accept", Masks);
    Out += distributionRow("  mask", Fill);
    Out += distributionRow("  accept", Accept);
  }
  Out += distributionRow("compile", Compile);
  if (Read)
    Out += distributionRow("compile + first mask", First);
  if (Ahead.size() != 0)
    Out += distributionRow("fill ahead", Ahead);

  auto Share = [&](uint64_t N, uint64_t Of) {
    return Of == 0 ? std::string() : fmt::format("  ({:.1f} %)", 100.0 * double(N) / double(Of));
  };
  auto Line = [&](std::string_view Name, uint64_t N, const std::string &Rest = {}) {
    Out += fmt::format("{:<42}{:>8}{}\n", Name, N, Rest);
  };
  Out += "\n";
  if (Read)
    Line("tokens", Masks.size());
  Line("schemas", Cases);
  Line(Read ? "  passing" : "  compiled", Passing, Share(Passing, Cases));
  Line("  refused", Refused, Share(Refused, Cases));
  if (Read) {
    Line("  with a valid instance rejected", ValidRejected);
    Line("  with an invalid instance accepted", InvalidAccepted);
  }
  Line("  crashed", Crashed);
  Line("  over the time limit", TimedOut);
  if (Read) {
    Line("valid instances", Valid);
    Line("  accepted", ValidRight, Share(ValidRight, Valid));
    Line("invalid instances", Invalid);
    Line("  rejected", InvalidRight, Share(InvalidRight, Invalid));
  }
  if (Contradictions != 0)
    Line("mask bits that accept contradicted", Contradictions);
  if (MaskErrors != 0)
    Line("masks that failed", MaskErrors);
  if (Untokenizable != 0)
    Line("instances the vocabulary cannot spell", Untokenizable);
  if (!Refusals.empty()) {
    Out += "\nrefused for\n";
    std::vector<std::pair<std::string, uint64_t>> Sorted(Refusals.begin(), Refusals.end());
    std::stable_sort(Sorted.begin(), Sorted.end(),
                     [](const auto &A, const auto &B) { return A.second > B.second; });
    for (const auto &[Name, Times] : Sorted)
      Line("  " + Name, Times);
  }
  return Out;
}

std::string MaskBenchSummary::partsTable() {
  double Total = 0;
  for (const Distribution &D : ByPart)
    Total += D.average() * double(D.size());
  std::string Out = fmt::format("{:<16}{:>9}{:>9}{:>9}", "masks, us", "number", "%", "% time");
  Out += fmt::format("{:>10}{:>10}{:>10}{:>10}{:>12}\n", "p50", "p90", "p99", "p99.9", "max");
  for (size_t P = 0; P < ByPart.size(); ++P) {
    Distribution &D = ByPart[P];
    if (D.size() == 0)
      continue;
    Out += fmt::format("{:<16}{:>9}{:>9.3f}{:>9.2f}", MaskPartNames[P], D.size(),
                       100.0 * double(D.size()) / double(Fill.size()),
                       100.0 * D.average() * double(D.size()) / Total);
    Out += fmt::format("{:>10.2f}{:>10.2f}{:>10.2f}{:>10.2f}{:>12.2f}\n", double(D.at(0.5)) / 1000,
                       double(D.at(0.9)) / 1000, double(D.at(0.99)) / 1000,
                       double(D.at(0.999)) / 1000, double(D.at(1)) / 1000);
  }
  return Out;
}

} // namespace weir::bench
