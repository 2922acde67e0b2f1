//===- Uri.cpp - URI references (RFC 3986) --------------------------------===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// References are resolved by section 5 of RFC 3986, as text: nothing is decoded or
// normalised but the dot segments, so two URIs are the same when they are spelled the same.
//
//===----------------------------------------------------------------------===//
#include "Uri.h"

#include <vector>

namespace weir::jsonschema {
namespace {

/// The components of RFC 3986 section 3; absent is not the same as empty.
struct Parts {
  std::optional<std::string_view> Scheme, Authority, Query;
  std::string_view Path;
};

Parts split(std::string_view U) {
  Parts P;
  U = splitFragment(U).Base;
  size_t Colon = U.find_first_of(":/?");
  if (Colon != std::string_view::npos && Colon > 0 && U[Colon] == ':') {
    P.Scheme = U.substr(0, Colon);
    U.remove_prefix(Colon + 1);
  }
  if (U.starts_with("//")) {
    size_t End = std::min(U.find_first_of("/?", 2), U.size());
    P.Authority = U.substr(2, End - 2);
    U.remove_prefix(End);
  }
  size_t Mark = U.find('?');
  if (Mark != std::string_view::npos) {
    P.Query = U.substr(Mark + 1);
    U = U.substr(0, Mark);
  }
  P.Path = U;
  return P;
}

/// Section 5.2.4.
std::string removeDotSegments(std::string_view Path) {
  if (Path.find('.') == std::string_view::npos)
    return std::string(Path);
  std::vector<std::string_view> Segments;
  bool Absolute = Path.starts_with('/'), Open = false;
  std::string_view Rest = Absolute ? Path.substr(1) : Path;
  for (;;) {
    size_t End = std::min(Rest.find('/'), Rest.size());
    std::string_view S = Rest.substr(0, End);
    bool Last = End == Rest.size();
    Open = S == "." || S == "..";
    if (S == "..") {
      if (!Segments.empty())
        Segments.pop_back();
    } else if (S != ".") {
      Segments.push_back(S);
    }
    if (Last)
      break;
    Rest.remove_prefix(End + 1);
  }
  std::string Out = Absolute ? "/" : "";
  for (size_t I = 0; I < Segments.size(); ++I) {
    if (I)
      Out += '/';
    Out += Segments[I];
  }
  if (Open && !Segments.empty())
    Out += '/';
  return Out;
}

} // namespace

SplitUri splitFragment(std::string_view R) {
  size_t Hash = R.find('#');
  if (Hash == std::string_view::npos)
    return {R, std::nullopt};
  return {R.substr(0, Hash), R.substr(Hash + 1)};
}

std::string resolveUri(std::string_view Base, std::string_view Reference) {
  Parts R = split(Reference), B = split(Base), T;
  std::string Path;
  if (R.Scheme) {
    T = R;
    Path = removeDotSegments(R.Path);
  } else {
    T.Scheme = B.Scheme;
    if (R.Authority) {
      T.Authority = R.Authority;
      T.Query = R.Query;
      Path = removeDotSegments(R.Path);
    } else {
      T.Authority = B.Authority;
      if (R.Path.empty()) {
        Path = B.Path;
        T.Query = R.Query ? R.Query : B.Query;
      } else {
        T.Query = R.Query;
        if (R.Path.starts_with('/')) {
          Path = removeDotSegments(R.Path);
        } else if (B.Authority && B.Path.empty()) {
          Path = removeDotSegments("/" + std::string(R.Path));
        } else {
          size_t Slash = B.Path.rfind('/');
          std::string_view Folder =
              Slash == std::string_view::npos ? "" : B.Path.substr(0, Slash + 1);
          Path = removeDotSegments(std::string(Folder) + std::string(R.Path));
        }
      }
    }
  }
  std::string Out;
  if (T.Scheme)
    Out.append(*T.Scheme) += ':';
  if (T.Authority)
    Out.append("//").append(*T.Authority);
  Out += Path;
  if (T.Query)
    Out.append("?").append(*T.Query);
  return Out;
}

std::optional<std::string> percentDecode(std::string_view Text) {
  auto Hex = [](char C) {
    if (C >= '0' && C <= '9')
      return C - '0';
    C = char(C | 0x20);
    return C >= 'a' && C <= 'f' ? C - 'a' + 10 : -1;
  };
  std::string Out;
  for (size_t I = 0; I < Text.size(); ++I) {
    if (Text[I] != '%') {
      Out += Text[I];
      continue;
    }
    if (I + 2 >= Text.size() || Hex(Text[I + 1]) < 0 || Hex(Text[I + 2]) < 0)
      return std::nullopt;
    Out += char(Hex(Text[I + 1]) * 16 + Hex(Text[I + 2]));
    I += 2;
  }
  return Out;
}

} // namespace weir::jsonschema
