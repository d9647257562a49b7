// Replaces the program's operator new by one that counts while it is told to. One file of an
// executable includes it.
//
// oneDNN allocates inside every product that it executes, with AMX by way of the standard library:
// that is not ours to avoid, so allocations are told apart by the shared objects that ask for them.
#pragma once

#include <dlfcn.h>
#include <execinfo.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <new>
#include <string_view>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define DINAS_COUNTS_ALLOCATIONS 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define DINAS_COUNTS_ALLOCATIONS 0
#endif
#endif
#ifndef DINAS_COUNTS_ALLOCATIONS
#define DINAS_COUNTS_ALLOCATIONS 1
#endif

namespace dinas {

/// False under sanitizers, which have an operator new of their own.
inline constexpr bool kCountsAllocations = DINAS_COUNTS_ALLOCATIONS == 1;

struct Allocations {
  int ours = 0;
  int onednn = 0;
};

inline thread_local bool counting = false;
inline thread_local Allocations counted;

/// What this thread allocates while `f` runs.
template <class F>
Allocations allocations_of(const F& f) {
  counted = {};
  counting = true;
  f();
  counting = false;
  return counted;
}

inline bool is_onednn(const void* caller) {
  Dl_info object{};
  return dladdr(caller, &object) != 0 && object.dli_fname != nullptr &&
         std::string_view(object.dli_fname).find("libdnnl") != std::string_view::npos;
}

inline void count_allocation() {
  counting = false;  // for what looking at the callers allocates
  std::array<void*, 64> callers{};
  const int depth = backtrace(callers.data(), static_cast<int>(callers.size()));
  const bool onednn = std::any_of(callers.begin(), callers.begin() + depth, is_onednn);
  ++(onednn ? counted.onednn : counted.ours);
  counting = true;
}

}  // namespace dinas

#if DINAS_COUNTS_ALLOCATIONS

// The forms for arrays and without exceptions call these. Inlined, they would look mismatched to
// the compiler.
[[gnu::noinline]] void* operator new(std::size_t size) {
  if (dinas::counting) dinas::count_allocation();
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

#endif
