#include "cli/console.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>

#include "base/error.h"

namespace dinas {
namespace {

constexpr std::chrono::seconds kPlainInterval(10);

volatile std::sig_atomic_t g_interrupted = 0;

void remember_signal(int) { g_interrupted = 1; }

// The handler gets a stack of its own: with its frame on that of the thread, about one in twenty
// trainings that a signal met in oneDNN's AVX2 products died of a damaged heap. The stack is of the
// main thread, which gets the signals of a process as long as it does not block them.
void use_signal_stack() {
  alignas(16) static std::array<char, 1 << 16> memory;
  stack_t stack{};
  stack.ss_sp = memory.data();
  stack.ss_size = memory.size();
  sigaltstack(&stack, nullptr);
}

}  // namespace

Console::Console()
    : terminal_(::isatty(STDERR_FILENO) == 1), last_(std::chrono::steady_clock::now()) {}

void Console::result(std::string_view text) {
  end_line();
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (!written || std::fflush(stdout) != 0) throw Error("cannot write to standard output");
}

void Console::note(std::string_view text) {
  end_line();
  fmt::print(stderr, "dinas: {}\n", text);
}

void Console::end_line() {
  if (open_line_) fmt::print(stderr, "\r\033[K");
  open_line_ = false;
}

void Console::progress(std::string_view text, bool last) {
  const auto now = std::chrono::steady_clock::now();
  if (terminal_) {
    fmt::print(stderr, "\r\033[K{}{}", text, last ? "\n" : "");
    open_line_ = !last;
  } else if (last || now - last_ >= kPlainInterval) {
    fmt::print(stderr, "{}\n", text);
    last_ = now;
  }
  std::fflush(stderr);
}

void Console::catch_interrupts() {
  use_signal_stack();
  struct sigaction action {};
  action.sa_handler = remember_signal;
  // A second signal ends the process as usual.
  action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_ONSTACK;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool Console::interrupted() { return g_interrupted != 0; }

std::string print_duration(double seconds) {
  const auto whole = static_cast<long long>(seconds + 0.5);
  if (whole < 60) return fmt::format("{} s", whole);
  if (whole >= 2 * 3600) return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
  return fmt::format("{} min {} s", whole / 60, whole % 60);
}

}  // namespace dinas
