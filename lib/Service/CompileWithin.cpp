//===- CompileWithin.cpp - One compilation, within its limits -------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A meter on the thread (WorkMeter.h) counts the steps and bytes of whatever is called,
// and looks at the deadline and the caller's flag from time to time. A compilation that a
// limit ended has no verdict: what it reported on its way out is dropped, so that a limit
// is never taken for a mistake of the specification.
//
//===----------------------------------------------------------------------===//
#include "weir/Service/CompileService.h"

#include "weir/Artifact/Artifact.h"
#include "weir/Diag/Printing.h"
#include "weir/Support/WorkMeter.h"

#include <algorithm>
#include <new>

namespace weir {

size_t CompileOutcome::memoryBytes() const {
  return sizeof(*this) + (TheGrammar ? TheGrammar->memoryBytes() : 0) +
         (Places ? Places->memoryBytes() : 0) + Text.capacity() + Json.capacity() +
         (OtherSpellings
              ? sizeof(*this) + OtherSpellings->Text.capacity() + OtherSpellings->Json.capacity()
              : 0);
}

using Clock = std::chrono::steady_clock;

void CancelFlag::freeOrKeep(Leftovers &Rest, Clock::time_point Deadline) const {
  while (!isSet() && !Rest.empty() && Clock::now() < Deadline)
    Rest.freeOne();
  if (Rest.empty())
    return;
  std::lock_guard Guard(Lock);
  Kept.take(Rest);
}

void CancelFlag::freeUntil(Clock::time_point Deadline) const {
  Leftovers Rest;
  {
    std::lock_guard Guard(Lock);
    Rest.take(Kept);
  }
  // More than a compilation leaves that was over when it began.
  constexpr unsigned AtLeast = 16;
  for (unsigned I = 0; I < AtLeast && Rest.freeOne(); ++I) {
  }
  freeOrKeep(Rest, Deadline);
}

void CancelFlag::free() const {
  Leftovers Rest;
  std::lock_guard Guard(Lock);
  Rest.take(Kept);
}

/// What a text may cost before its remains are set aside: below, freeing them takes no time.
static constexpr size_t LongText = size_t(32) << 10, ManyBytes = size_t(4) << 20;

static WorkMeter::Limits metered(const CompileRequest &R, Clock::time_point Deadline,
                                 Leftovers &Aside) {
  const CompileLimits &L = R.Limits;
  WorkMeter::Limits Out;
  Out.MaxSteps = L.MaxSteps;
  Out.MaxBytes = L.MaxBytes;
  Out.Cancel = L.Cancel ? &L.Cancel->flag() : nullptr;
  Out.Aside = &Aside;
  Out.AsideFrom = R.Text.size() >= LongText ? 0 : ManyBytes;
  Out.Deadline = Deadline;
  return Out;
}

bool lostErrors(const DiagnosticEngine &Diags) {
  size_t Listed = 0;
  for (const Diagnostic &D : Diags.diagnostics())
    Listed += D.Level == Severity::Error;
  return Listed < std::min(Diags.errorCount(), Diags.MaxErrors);
}

static void print(const DiagnosticEngine &Diags, CompileOutcome &Out) {
  Out.Errors = Diags.errorCount();
  if (Diags.diagnostics().empty())
    return;
  Out.Text = printText(Diags);
  Out.Json = printJson(Diags);
}

/// Names the limit that ended a compilation.
static void reportLimit(WorkMeter::Verdict Verdict, const CompileLimits &L,
                        DiagnosticEngine &Diags) {
  switch (Verdict) {
  case WorkMeter::Verdict::Fine:
    break;
  case WorkMeter::Verdict::Steps:
    Diags.report({}, DiagId::CompileLimit) << L.MaxSteps << "steps" << "max_steps";
    break;
  case WorkMeter::Verdict::Bytes:
    Diags.report({}, DiagId::CompileLimit) << L.MaxBytes << "bytes" << "max_bytes";
    break;
  case WorkMeter::Verdict::Cancelled:
    Diags.report({}, DiagId::CompileEnded) << "its flag was set";
    break;
  case WorkMeter::Verdict::Time:
    Diags.report({}, DiagId::CompileEnded) << "its time is over (time_limit_us)";
    break;
  }
}

static void compileInto(const FrontendRegistry &Frontends, const CompileRequest &R,
                        Clock::time_point Deadline, Leftovers &Aside, CompileOutcome &Out) {
  SourceManager Sources;
  DiagnosticEngine Diags(Sources);
  if (R.Text.size() >= UINT32_MAX) {
    Diags.report({}, DiagId::InputTooLarge) << R.Text.size() << UINT32_MAX - 1;
    Out.Code = Status::BudgetExceeded;
    print(Diags, Out);
    return;
  }
  const FileId File = Sources.add(R.Name, R.Text);
  WorkMeter Meter(metered(R, Deadline, Aside));
  {
    WorkMeter::Scope Scope(Meter);
    Meter.look();
    const bool Compiled =
        isArtifact({reinterpret_cast<const uint8_t *>(R.Text.data()), R.Text.size()});
    Late<std::optional<ir::Module>> Spec;
    std::optional<ir::Module> &M = *Spec;
    if (Compiled) {
      Out.TheGrammar = compile(Frontends, Sources, File, R.Options, Diags);
      if (Out.TheGrammar && R.KeepPlaces && Out.TheGrammar->places().Ends.empty())
        Diags.report({}, DiagId::ArtifactOptionUnused) << "keep-places";
    } else
      M = parseSpec(Frontends, Sources, File, R.Options, Diags);
    if (M) {
      Out.TheGrammar = compileModule(*M, Sources, File, R.Options, Diags);
      if (Out.TheGrammar && R.KeepPlaces)
        Out.Places = std::make_shared<const RulePlaces>(*M, Sources);
    }
    // The last words: a flag that was set meanwhile counts.
    Meter.look();
  }
  Out.Steps = Meter.steps();
  Out.Bytes = Meter.bytes();
  switch (Meter.verdict()) {
  case WorkMeter::Verdict::Fine:
    Out.Code = lostErrors(Diags) ? Status::OutOfMemory
               : Out.TheGrammar  ? Status::Ok
                                 : Status::Rejected;
    break;
  case WorkMeter::Verdict::Steps:
  case WorkMeter::Verdict::Bytes:
    Out.Code = Status::BudgetExceeded;
    break;
  case WorkMeter::Verdict::Cancelled:
  case WorkMeter::Verdict::Time:
    Out.Code = Status::Cancelled;
    break;
  }
  if (Out.Code != Status::Ok && Out.Code != Status::Rejected) {
    // What was reported on the way out is about the limits, not about the specification.
    Out.TheGrammar = nullptr;
    Out.Places = nullptr;
    DiagnosticEngine Last(Sources);
    reportLimit(Meter.verdict(), R.Limits, Last);
    print(Last, Out);
    return;
  }
  print(Diags, Out);
  if (Out.TheGrammar && !Out.Places && !Out.Text.empty()) {
    auto Other = std::make_shared<CompileOutcome>();
    const std::vector<Diagnostic> Said = withoutPlaces(Diags.diagnostics());
    Other->Code = Out.Code;
    Other->TheGrammar = Out.TheGrammar;
    Other->Errors = Out.Errors;
    Other->Text = printText(Said, Sources);
    Other->Json = printJson(Said, Sources);
    Other->Steps = Out.Steps;
    Other->Bytes = Out.Bytes;
    Out.OtherSpellings = std::move(Other);
  }
}

OutcomeRef compileWithin(const FrontendRegistry &Frontends, const CompileRequest &R) {
  const Clock::time_point Now = Clock::now();
  const Clock::time_point Deadline = R.Limits.Time < Clock::time_point::max() - Now
                                         ? Now + R.Limits.Time
                                         : Clock::time_point::max();
  auto Out = std::make_shared<CompileOutcome>();
  // What others left must not grow from one compilation to the next.
  if (R.Limits.Cancel)
    R.Limits.Cancel->freeUntil(Deadline);
  Leftovers Rest;
  try {
    compileInto(Frontends, R, Deadline, Rest, *Out);
  } catch (const std::bad_alloc &) {
    *Out = CompileOutcome();
    Out->Code = Status::OutOfMemory;
  }
  if (R.Limits.Cancel)
    R.Limits.Cancel->freeOrKeep(Rest, Deadline);
  return Out;
}

} // namespace weir
