//===- FormatPatterns.h - Specifications as patterns ------------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The grammars of the specifications, production by production, in the syntax of
// ECMA-262; macros, so that they are put together when this is compiled.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_LIB_FRONTEND_FORMATS_FORMATPATTERNS_H
#define WEIR_LIB_FRONTEND_FORMATS_FORMATPATTERNS_H

// RFC 3339, section 5.6, with the days that section 5.7 allows.
#define WEIR_LEAP_YEAR R"((?:\d\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00))"
#define WEIR_DATE                                                                                  \
  R"((?:\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|)"                                     \
  R"((?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|1\d|2[0-8]))|)" WEIR_LEAP_YEAR "-02-29)"
#define WEIR_HOUR_MINUTE R"((?:[01]\d|2[0-3]):[0-5]\d)"
#define WEIR_TIME WEIR_HOUR_MINUTE R"(:[0-5]\d(?:\.\d+)?(?:[Zz]|[+-])" WEIR_HOUR_MINUTE ")"

// RFC 3339, appendix A.
#define WEIR_DURATION_TIME R"(T(?:\d+H(?:\d+M(?:\d+S)?)?|\d+M(?:\d+S)?|\d+S))"
#define WEIR_DURATION                                                                              \
  R"(P(?:\d+W|(?:\d+D|\d+M(?:\d+D)?|\d+Y(?:\d+M(?:\d+D)?)?)(?:)" WEIR_DURATION_TIME                \
  R"()?|)" WEIR_DURATION_TIME ")"

// RFC 3986, section 3.2.2, which has the addresses of RFC 4291.
#define WEIR_OCTET R"((?:\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5]))"
#define WEIR_IPV4 "(?:" WEIR_OCTET R"(\.){3})" WEIR_OCTET
#define WEIR_H16 "[0-9A-Fa-f]{1,4}"
#define WEIR_LS32 "(?:" WEIR_H16 ":" WEIR_H16 "|" WEIR_IPV4 ")"
#define WEIR_H16S(Most) "(?:(?:" WEIR_H16 ":){0," Most "}" WEIR_H16 ")?"
#define WEIR_IPV6                                                                                  \
  "(?:(?:" WEIR_H16 ":){6}" WEIR_LS32 "|::(?:" WEIR_H16 ":){5}" WEIR_LS32 "|(?:" WEIR_H16          \
  ")?::(?:" WEIR_H16 ":){4}" WEIR_LS32                                                             \
  "|" WEIR_H16S("1") "::(?:" WEIR_H16 ":){3}" WEIR_LS32                                            \
                     "|" WEIR_H16S("2") "::(?:" WEIR_H16 ":){2}" WEIR_LS32 "|" WEIR_H16S(          \
                         "3") "::" WEIR_H16 ":" WEIR_LS32                                          \
                              "|" WEIR_H16S("4") "::" WEIR_LS32                                    \
                                                 "|" WEIR_H16S("5") "::" WEIR_H16                  \
                                                                    "|" WEIR_H16S("6") "::)"

// RFC 1123: labels of at most 63 characters, 253 in all. The length in all is a look-ahead over any
// character, which lowering turns into one counter.
#define WEIR_LABEL "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
#define WEIR_HOSTNAME "(?=[^]{1,253}$)(?:" WEIR_LABEL R"(\.)*)" WEIR_LABEL

// RFC 5321, section 4.1.2. Of address literals, those of registered kinds.
#define WEIR_ATOM R"([A-Za-z0-9!#$%&'*+\-\/=?^_`{|}~]+)"
#define WEIR_SUBDOMAIN "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
#define WEIR_EMAIL                                                                                 \
  "(?:" WEIR_ATOM R"((?:\.)" WEIR_ATOM R"()*|"(?:[ !#-\[\]-~]|\\[ -~])*")@(?:)" WEIR_SUBDOMAIN     \
  R"((?:\.)" WEIR_SUBDOMAIN R"()*|\[(?:)" WEIR_IPV4 "|[Ii][Pp][Vv]6:" WEIR_IPV6 R"()\]))"

// RFC 6531, section 3.3, which adds UTF8-non-ascii to atext and qtextSMTP, and U-labels to
// sub-domains. Of these, every run of letters beyond ASCII.
#define WEIR_BEYOND R"(\u{80}-\u{10FFFF})"
#define WEIR_IDN_ATOM "[A-Za-z0-9!#$%&'*+\\-\\/=?^_`{|}~" WEIR_BEYOND "]+"
#define WEIR_IDN_LABEL                                                                             \
  "[A-Za-z0-9" WEIR_BEYOND "](?:[A-Za-z0-9" WEIR_BEYOND "-]*[A-Za-z0-9" WEIR_BEYOND "])?"
#define WEIR_IDN_EMAIL                                                                             \
  "(?:" WEIR_IDN_ATOM R"((?:\.)" WEIR_IDN_ATOM R"()*|"(?:[ !#-\[\]-~)" WEIR_BEYOND                 \
  R"(]|\\[ -~])*")@(?:)" WEIR_IDN_LABEL R"((?:\.)" WEIR_IDN_LABEL R"()*|\[(?:)" WEIR_IPV4          \
  "|[Ii][Pp][Vv]6:" WEIR_IPV6 R"()\]))"

// RFC 3986, appendix A, and RFC 3987, section 2.2, which adds characters to some classes.
#define WEIR_UNRESERVED R"(A-Za-z0-9\-._~)"
#define WEIR_UCSCHAR                                                                               \
  R"(\u{A0}-\u{D7FF}\u{F900}-\u{FDCF}\u{FDF0}-\u{FFEF}\u{10000}-\u{1FFFD}\u{20000}-\u{2FFFD})"     \
  R"(\u{30000}-\u{3FFFD}\u{40000}-\u{4FFFD}\u{50000}-\u{5FFFD}\u{60000}-\u{6FFFD})"                \
  R"(\u{70000}-\u{7FFFD}\u{80000}-\u{8FFFD}\u{90000}-\u{9FFFD}\u{A0000}-\u{AFFFD})"                \
  R"(\u{B0000}-\u{BFFFD}\u{C0000}-\u{CFFFD}\u{D0000}-\u{DFFFD}\u{E1000}-\u{EFFFD})"
#define WEIR_IUNRESERVED WEIR_UNRESERVED WEIR_UCSCHAR
#define WEIR_IPRIVATE R"(\u{E000}-\u{F8FF}\u{F0000}-\u{FFFFD}\u{100000}-\u{10FFFD})"
#define WEIR_SUBDELIMS "!$&'()*+,;="
#define WEIR_PCT "%[0-9A-Fa-f]{2}"
#define WEIR_PCHAR(U) "(?:[" U WEIR_SUBDELIMS ":@]|" WEIR_PCT ")"
#define WEIR_SEGMENTS(U) R"((?:\/)" WEIR_PCHAR(U) "*)*"
#define WEIR_IP_LITERAL                                                                            \
  R"(\[(?:)" WEIR_IPV6 R"(|[Vv][0-9A-Fa-f]+\.[)" WEIR_UNRESERVED WEIR_SUBDELIMS R"(:]+)\])"
#define WEIR_AUTHORITY(U)                                                                          \
  "(?:(?:[" U WEIR_SUBDELIMS ":]|" WEIR_PCT ")*@)?(?:" WEIR_IP_LITERAL "|(?:[" U WEIR_SUBDELIMS    \
  "]|" WEIR_PCT R"()*)(?::\d*)?)"
#define WEIR_ABSOLUTE(U)                                                                           \
  R"(\/\/)" WEIR_AUTHORITY(U) WEIR_SEGMENTS(U) R"(|\/(?:)" WEIR_PCHAR(U) "+" WEIR_SEGMENTS(U) ")?"
#define WEIR_QUERY_FRAGMENT(U, P)                                                                  \
  R"((?:\?(?:)" WEIR_PCHAR(U) R"(|[\/?)" P R"(])*)?(?:#(?:)" WEIR_PCHAR(U) R"(|[\/?])*)?)"
#define WEIR_URI(U, P)                                                                             \
  R"([A-Za-z][A-Za-z0-9+\-.]*:(?:)" WEIR_ABSOLUTE(U) "|" WEIR_PCHAR(U) "+" WEIR_SEGMENTS(          \
      U) "|)" WEIR_QUERY_FRAGMENT(U, P)
#define WEIR_URI_REFERENCE(U, P)                                                                   \
  "(?:" WEIR_URI(U, P) "|(?:" WEIR_ABSOLUTE(U) "|(?:[" U WEIR_SUBDELIMS "@]|" WEIR_PCT             \
                                               ")+" WEIR_SEGMENTS(U) "|)" WEIR_QUERY_FRAGMENT(     \
                                                   U, P) ")"

// RFC 6570, section 2; erratum 6937 adds the apostrophe to the literals.
#define WEIR_VARCHAR "(?:[A-Za-z0-9_]|" WEIR_PCT ")"
#define WEIR_VARSPEC WEIR_VARCHAR R"((?:\.?)" WEIR_VARCHAR R"()*(?::[1-9]\d{0,3}|\*)?)"
#define WEIR_URI_TEMPLATE                                                                          \
  R"((?:[!#$&'-;=?-\[\]_a-z~)" WEIR_UCSCHAR WEIR_IPRIVATE "]|" WEIR_PCT                            \
  R"(|\{[+#.\/;?&=,!@|]?)" WEIR_VARSPEC "(?:," WEIR_VARSPEC R"()*\})*)"

// RFC 6901; draft-bhutton-relative-json-pointer-00, section 3.
#define WEIR_JSON_POINTER R"((?:\/(?:[^~\/]|~[01])*)*)"
#define WEIR_RELATIVE_JSON_POINTER R"((?:0|[1-9]\d*)(?:[+-][1-9]\d*)?(?:#|)" WEIR_JSON_POINTER ")"

#define WEIR_UUID "[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
#define WEIR_BASE64 R"((?:[A-Za-z0-9+\/]{4})*(?:[A-Za-z0-9+\/]{2}==|[A-Za-z0-9+\/]{3}=)?)"

#endif // WEIR_LIB_FRONTEND_FORMATS_FORMATPATTERNS_H
