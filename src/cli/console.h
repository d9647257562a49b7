// Where the commands print: results to standard output, everything else to standard error.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace dinas {

class Console {
 public:
  Console();

  /// A result, as it stands.
  void result(std::string_view text);
  /// A line of information, "dinas: " before it.
  void note(std::string_view text);
  /// A state of long work: rewritten in place on a terminal until something else is printed, a
  /// plain line every ten seconds elsewhere. `last` prints in any case and leaves the line to stay.
  void progress(std::string_view text, bool last = false);

  /// Asks for SIGINT and SIGTERM to be remembered instead of ending the process.
  static void catch_interrupts();
  [[nodiscard]] static bool interrupted();

 private:
  void end_line();

  bool terminal_;
  bool open_line_ = false;
  std::chrono::steady_clock::time_point last_;
};

/// "45 s", "1 min 20 s", from two hours on "2 h 5 min".
std::string print_duration(double seconds);

}  // namespace dinas
