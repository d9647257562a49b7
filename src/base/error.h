// The two kinds of failure a caller can be told about.
#pragma once

#include <stdexcept>
#include <string>

namespace dinas {

/// The environment or an input is wrong. The text says what was expected, what was found, where
/// (file and line or field) and what to do. Maps to exit code 1.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The request itself makes no sense: an unknown name, a bound in the wrong direction, a count of
/// zero. Maps to exit code 2.
class UsageError : public Error {
 public:
  using Error::Error;
};

/// A broken invariant of this program (never reachable from a file or a flag).
class BugError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

}  // namespace dinas

/// Always on; use outside hot loops.
#define DINAS_CHECK(condition)                                                           \
  do {                                                                                   \
    if (!(condition)) {                                                                  \
      throw ::dinas::BugError(std::string("internal check failed: " #condition " at ") + \
                              __FILE__ + ":" + std::to_string(__LINE__));                \
    }                                                                                    \
  } while (false)
