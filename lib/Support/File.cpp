//===- File.cpp - Files as bytes, mapped or read --------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// POSIX maps; elsewhere `map` reads through <cstdio>. A file that shrinks between
// the size query and the mapping is the caller's to prevent (see File.h).
//
//===----------------------------------------------------------------------===//

#include "weir/Support/File.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#if defined(__unix__) || defined(__APPLE__)
#define WEIR_HAS_MMAP 1
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#else
#define WEIR_HAS_MMAP 0
#endif

namespace weir {
namespace {

Error systemError(const char *What, const std::string &Path, int Code) {
  return {Code == ENOENT ? Status::NotFound : Status::IoError,
          std::string(What) + " '" + Path + "': " + std::strerror(Code)};
}

Error tooLarge(const std::string &Path, uint64_t MaxBytes) {
  return {Status::BudgetExceeded,
          "'" + Path + "' is larger than " + std::to_string(MaxBytes) + " bytes"};
}

/// The system would take such a path to end at its first zero, and find another file.
bool hasZero(const std::string &Path) { return Path.find('\0') != std::string::npos; }
Error badPath(const char *What, const std::string &Path) {
  return {Status::InvalidArgument,
          std::string(What) + " '" + Path.c_str() + "…': the path has a zero byte"};
}

/// What is no file may have no end.
[[maybe_unused]] constexpr uint64_t MostOfPipe = UINT64_C(1) << 30;

struct FileCloser {
  void operator()(std::FILE *F) const { std::fclose(F); }
};
using OpenFile = std::unique_ptr<std::FILE, FileCloser>;

#if WEIR_HAS_MMAP
/// One mapping, unmapped on destruction.
struct Mapping {
  Mapping(void *Base, size_t Size) : Base(Base), Size(Size) {}
  Mapping(const Mapping &) = delete;
  Mapping &operator=(const Mapping &) = delete;
  ~Mapping() { ::munmap(Base, Size); }
  void *Base;
  size_t Size;
};

struct Descriptor {
  explicit Descriptor(int Fd) : Fd(Fd) {}
  Descriptor(const Descriptor &) = delete;
  Descriptor &operator=(const Descriptor &) = delete;
  ~Descriptor() {
    if (Fd >= 0)
      ::close(Fd);
  }
  int Fd;
};
#endif

/// True for what must be written in place: it exists and is not a regular file.
bool isSpecialFile([[maybe_unused]] const std::string &Path) {
#if WEIR_HAS_MMAP
  struct stat Info;
  return ::stat(Path.c_str(), &Info) == 0 && !S_ISREG(Info.st_mode);
#else
  return false;
#endif
}

} // namespace

FileBytes FileBytes::own(std::vector<uint8_t> Bytes) {
  auto Shared = std::make_shared<const std::vector<uint8_t>>(std::move(Bytes));
  FileBytes F;
  F.View = *Shared;
  F.Owner = std::move(Shared);
  return F;
}

FileBytes FileBytes::borrow(std::span<const uint8_t> Bytes, std::shared_ptr<const void> KeepAlive) {
  FileBytes F;
  F.View = Bytes;
  F.Owner = std::move(KeepAlive);
  return F;
}

Result<FileBytes> FileBytes::read(const std::string &Path, uint64_t MaxBytes) {
  if (hasZero(Path))
    return badPath("cannot open", Path);
  const bool Standard = Path == "-";
  OpenFile Opened(Standard ? nullptr : std::fopen(Path.c_str(), "rb"));
  if (!Standard && !Opened)
    return systemError("cannot open", Path, errno);
  std::FILE *F = Standard ? stdin : Opened.get();
  std::vector<uint8_t> Bytes;
  while (true) {
    const size_t Old = Bytes.size();
    // Grow by what is there already, from 64 KiB: linear over all.
    Bytes.resize(Old + (Old < 65536 ? 65536 : Old));
    errno = 0;
    const size_t Got = std::fread(Bytes.data() + Old, 1, Bytes.size() - Old, F);
    Bytes.resize(Old + Got);
    if (Bytes.size() > MaxBytes)
      return tooLarge(Path, MaxBytes);
    if (std::ferror(F))
      return systemError("cannot read", Path, errno ? errno : EIO);
    if (std::feof(F))
      break;
  }
  return own(std::move(Bytes));
}

Result<FileBytes> FileBytes::map(const std::string &Path, uint64_t MaxBytes) {
#if WEIR_HAS_MMAP
  if (hasZero(Path))
    return badPath("cannot open", Path);
  Descriptor D(::open(Path.c_str(), O_RDONLY | O_CLOEXEC));
  if (D.Fd < 0)
    return systemError("cannot open", Path, errno);
  struct stat Info;
  if (::fstat(D.Fd, &Info) != 0)
    return systemError("cannot read", Path, errno);
  if (!S_ISREG(Info.st_mode) || Info.st_size == 0)
    return read(Path, std::min(MaxBytes, MostOfPipe)); // which cannot be mapped, as nothing can
  if (uint64_t(Info.st_size) > MaxBytes)
    return tooLarge(Path, MaxBytes);
  const size_t Size = size_t(Info.st_size);
  void *Base = ::mmap(nullptr, Size, PROT_READ, MAP_PRIVATE, D.Fd, 0);
  if (Base == MAP_FAILED)
    return systemError("cannot map", Path, errno);
  FileBytes F;
  F.View = {static_cast<const uint8_t *>(Base), Size};
  F.Owner = std::make_shared<const Mapping>(Base, Size);
  return F;
#else
  return read(Path, MaxBytes);
#endif
}

Result<Success> writeFileAtomically(const std::string &Path, std::span<const uint8_t> Bytes) {
  if (hasZero(Path))
    return badPath("cannot write", Path);
  const bool InPlace = isSpecialFile(Path);
  std::string Target = Path;
  if (!InPlace) {
    Target += ".tmp";
#if WEIR_HAS_MMAP
    Target += std::to_string(::getpid());
#endif
  }
  OpenFile F(std::fopen(Target.c_str(), "wb"));
  if (!F)
    return systemError("cannot write", Path, errno);
  const bool Written = std::fwrite(Bytes.data(), 1, Bytes.size(), F.get()) == Bytes.size();
  const int WriteCode = errno;
  const bool Closed = std::fclose(F.release()) == 0;
  if (!Written || !Closed) {
    const int Code = Written ? errno : WriteCode;
    if (!InPlace)
      std::remove(Target.c_str());
    return systemError("cannot write", Path, Code ? Code : EIO);
  }
  if (!InPlace && std::rename(Target.c_str(), Path.c_str()) != 0) {
    const int Code = errno;
    std::remove(Target.c_str());
    return systemError("cannot write", Path, Code);
  }
  return Success();
}

} // namespace weir
