// The clock of what is measured on one thread.
#pragma once

#include <time.h>

namespace dinas {

/// Seconds that this process has spent computing: waiting for a busy machine does not count.
inline double processor_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

}  // namespace dinas
