// Replaces the program's operator new by one that counts while it is told to. One file of an
// executable includes it.
//
// oneDNN allocates inside every product that it executes: that is not ours to avoid, so allocations
// are told apart by the shared object that asks for them.
#pragma once

#include <dlfcn.h>

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

inline void count_allocation(const void* caller) {
  Dl_info object{};
  const bool found = dladdr(caller, &object) != 0 && object.dli_fname != nullptr;
  const bool onednn =
      found && std::string_view(object.dli_fname).find("libdnnl") != std::string_view::npos;
  ++(onednn ? counted.onednn : counted.ours);
}

}  // namespace dinas

#if DINAS_COUNTS_ALLOCATIONS

// The forms for arrays and without exceptions call these. Inlined, they would look mismatched to
// the compiler, and the caller would be somebody else.
[[gnu::noinline]] void* operator new(std::size_t size) {
  if (dinas::counting) dinas::count_allocation(__builtin_return_address(0));
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

#endif
