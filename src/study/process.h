// Who is at work, so that others can tell whether they still are.
#pragma once

#include <cstdint>
#include <string>

namespace dinas {

/// A process, named so that no later one is taken for it. pid 0: nobody that could die (a person).
struct ProcessName {
  std::string host;
  std::string boot;  // of the kernel, and the name space of process ids
  std::int64_t pid = 0;
  std::int64_t start = 0;  // clock ticks after the boot
};

/// This process.
ProcessName this_process();

/// Is it certain that the process has ended? Not for one on another host.
bool has_ended(const ProcessName& process);

}  // namespace dinas
