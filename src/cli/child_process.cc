#include "cli/child_process.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>
#include <string_view>

#include "base/error.h"

namespace dinas {
namespace {

constexpr std::size_t kLongestMessage = 1023;

// Never returns: what the parent has buffered and its destructors are not the child's.
[[noreturn]] void do_and_exit(const std::function<void()>& work, char* message) {
  try {
    work();
    ::_exit(0);
  } catch (const std::exception& error) {
    const std::string_view text = error.what();
    std::ranges::copy(text.substr(0, kLongestMessage), message);
  }
  ::_exit(1);
}

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) throw Error(fmt::format("waiting for a process: {}", std::strerror(errno)));
  }
  return status;
}

}  // namespace

SharedMemory::SharedMemory(std::size_t bytes)
    : data_(::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)),
      bytes_(bytes) {
  if (data_ == MAP_FAILED) throw Error(fmt::format("not enough memory for {} bytes", bytes));
}

SharedMemory::~SharedMemory() { ::munmap(data_, bytes_); }

void run_in_child(const std::string& name, const std::function<void()>& work) {
  const SharedMemory message(kLongestMessage + 1);
  auto* text = static_cast<char*>(message.data());
  const pid_t child = ::fork();
  if (child < 0) throw Error(fmt::format("{}: no new process: {}", name, std::strerror(errno)));
  if (child == 0) do_and_exit(work, text);
  const int status = wait_for(child);
  if (WIFSIGNALED(status)) {
    throw Error(fmt::format("{}: stopped by signal {} ({})", name, WTERMSIG(status),
                            ::strsignal(WTERMSIG(status))));
  }
  if (status != 0) throw Error(fmt::format("{}: {}", name, text));
}

}  // namespace dinas
