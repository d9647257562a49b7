#include "study/process.h"

#include <unistd.h>

#include <array>
#include <charconv>
#include <fstream>
#include <optional>
#include <string_view>

namespace dinas {
namespace {

std::string first_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

// Field 22 of /proc/PID/stat; nullopt where there is no such process, or only what a parent has not
// collected yet.
std::optional<std::int64_t> start_of(std::int64_t pid) {
  const std::string line = first_line("/proc/" + std::to_string(pid) + "/stat");
  // The second field is the program's name in brackets, of any characters.
  const std::size_t bracket = line.rfind(')');
  if (bracket == std::string::npos || bracket + 2 >= line.size()) return std::nullopt;
  std::string_view rest = std::string_view(line).substr(bracket + 2);
  if (rest.front() == 'Z' || rest.front() == 'X') return std::nullopt;
  constexpr int kFieldsBetween = 19;
  for (int i = 0; i < kFieldsBetween; ++i) rest.remove_prefix(rest.find(' ') + 1);
  std::int64_t start = 0;
  std::from_chars(rest.data(), rest.data() + rest.size(), start);
  return start;
}

std::string host_name() {
  std::array<char, 256> name{};
  ::gethostname(name.data(), name.size() - 1);
  return name.data();
}

std::string boot_name() {
  std::array<char, 64> space{};
  if (::readlink("/proc/self/ns/pid", space.data(), space.size() - 1) < 0) space[0] = '\0';
  return first_line("/proc/sys/kernel/random/boot_id") + " " + space.data();
}

}  // namespace

ProcessName this_process() {
  const auto pid = static_cast<std::int64_t>(::getpid());
  return {host_name(), boot_name(), pid, start_of(pid).value_or(0)};
}

bool has_ended(const ProcessName& process) {
  if (process.pid == 0 || process.host != host_name()) return false;
  return process.boot != boot_name() || start_of(process.pid) != process.start;
}

}  // namespace dinas
