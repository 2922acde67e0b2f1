//===- Service.cpp - The C interface of the compile service ----------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
#include "weir-c/Service.h"

#include "weir/CAPI/CompilerHandle.h"

using namespace weir;
using namespace weir::capi;

struct weir_service {
  weir_service(const FrontendRegistry &Frontends, const ServiceOptions &Options)
      : Service(Frontends, Options) {}
  CompileService Service;
  CancelFlag Aside; ///< never set: keeps what a compilation without a flag leaves
};
struct weir_job {
  CompileService::Job Job;
};

extern "C" {

weir_status weir_service_create(const weir_compiler *compiler, const weir_service_options *options,
                                weir_service **service) {
  weir_service_options Given;
  if (!compiler || !service || !readOptions(options, Given) || Given.threads > 4096)
    return WEIR_INVALID_ARGUMENT;
  return guard([&] {
    ServiceOptions Options;
    if (Given.max_bytes)
      Options.MaxBytes = Given.max_bytes;
    if (Given.threads)
      Options.Threads = Given.threads;
    *service = new weir_service(compiler->Frontends, Options);
    return WEIR_OK;
  });
}

void weir_service_destroy(weir_service *service) { delete service; }

weir_status weir_service_compile(weir_service *service, weir_language language, const char *text,
                                 size_t size, const weir_compile_options *options,
                                 weir_grammar **grammar, weir_diagnostics **diagnostics) {
  if (diagnostics)
    *diagnostics = nullptr;
  if (!service || !grammar)
    return WEIR_INVALID_ARGUMENT;
  return guard([&]() -> weir_status {
    CompileRequest Request;
    if (weir_status Read = readRequest(language, text, size, options, Request, diagnostics);
        Read != WEIR_OK)
      return Read;
    if (!Request.Limits.Cancel)
      Request.Limits.Cancel = &service->Aside;
    return giveOutcome(service->Service.compile(Request), grammar, diagnostics);
  });
}

weir_status weir_service_submit(weir_service *service, weir_language language, const char *text,
                                size_t size, const weir_compile_options *options, weir_job **job) {
  if (!service || !job)
    return WEIR_INVALID_ARGUMENT;
  return guard([&]() -> weir_status {
    CompileRequest Request;
    if (weir_status Read = readRequest(language, text, size, options, Request); Read != WEIR_OK)
      return Read;
    auto Made = std::make_unique<weir_job>();
    Made->Job = service->Service.submit(std::move(Request));
    if (!Made->Job)
      return WEIR_OUT_OF_MEMORY;
    *job = Made.release();
    return WEIR_OK;
  });
}

int weir_job_wait(const weir_job *job, uint64_t microseconds) {
  if (!job)
    return 0;
  const uint64_t Most = uint64_t(INT64_MAX) / 1000;
  return job->Job.wait(std::chrono::microseconds(std::min(microseconds, Most))) != nullptr;
}

void weir_job_cancel(weir_job *job) {
  if (job)
    guard([&] {
      job->Job.cancel();
      return WEIR_OK;
    });
}

weir_status weir_job_result(const weir_job *job, weir_grammar **grammar,
                            weir_diagnostics **diagnostics) {
  if (diagnostics)
    *diagnostics = nullptr;
  if (!job || !grammar)
    return WEIR_INVALID_ARGUMENT;
  return guard([&] { return giveOutcome(job->Job.wait(), grammar, diagnostics); });
}

void weir_job_destroy(weir_job *job) {
  weir_job_cancel(job);
  delete job;
}

void weir_service_clear(weir_service *service) {
  if (service)
    service->Service.clear();
}

weir_status weir_service_get_statistics(const weir_service *service,
                                        weir_service_statistics *statistics) {
  if (!service || !statistics)
    return WEIR_INVALID_ARGUMENT;
  const CompileService::Statistics S = service->Service.statistics();
  weir_service_statistics Out = {sizeof(Out), S.Hits,    S.Shared, S.Compiled,   S.Abandoned,
                                 S.Evicted,   S.Entries, S.Bytes,  S.Nanoseconds};
  return writeStruct(Out, statistics) ? WEIR_OK : WEIR_INVALID_ARGUMENT;
}

} // extern "C"
