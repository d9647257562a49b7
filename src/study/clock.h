// The time of day, for records and leases; no result depends on it.
#pragma once

#include <chrono>

namespace dinas {

/// Seconds since 1970.
inline double seconds_now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace dinas
