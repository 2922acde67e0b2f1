//===- FunctionRef.h - A callable passed by reference -----------*- C++ -*-===//
//
// Part of Weir, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Two pointers: the callable and a function that calls it. For parameters only:
// the callable must outlive the reference.
//
// Rejected: std::function, which may allocate and copies what it holds.
//
//===----------------------------------------------------------------------===//
#ifndef WEIR_SUPPORT_FUNCTIONREF_H
#define WEIR_SUPPORT_FUNCTIONREF_H

#include <memory>
#include <type_traits>
#include <utility>

namespace weir {

template <typename Signature>
class FunctionRef;

template <typename R, typename... Args>
class FunctionRef<R(Args...)> {
public:
  template <typename F>
    requires(!std::is_same_v<std::remove_cvref_t<F>, FunctionRef> &&
             std::is_invocable_r_v<R, F &, Args...>)
  FunctionRef(F &&Callable)
      : Object(const_cast<void *>(static_cast<const void *>(std::addressof(Callable)))),
        Invoke([](void *O, Args... A) -> R {
          return (*static_cast<std::remove_reference_t<F> *>(O))(std::forward<Args>(A)...);
        }) {}

  R operator()(Args... A) const { return Invoke(Object, std::forward<Args>(A)...); }

private:
  void *Object;
  R (*Invoke)(void *, Args...);
};

} // namespace weir

#endif // WEIR_SUPPORT_FUNCTIONREF_H
