// A shell command as a process of its own, with all that it starts.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace dinas {

/// A file descriptor that is closed at the end of its life.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  ~Descriptor();
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

/// The end of what a process writes into a pipe.
class Tail {
 public:
  Tail(Descriptor pipe, std::size_t longest) : pipe_(std::move(pipe)), longest_(longest) {}

  /// Reads what is there, without waiting.
  void read();
  /// -1 once the pipe has been closed at the other end.
  [[nodiscard]] int number() const { return pipe_.number(); }
  /// The last bytes, at most `longest` of them.
  [[nodiscard]] std::string_view text() const;

 private:
  Descriptor pipe_;
  std::size_t longest_;
  std::string text_;
};

/// A running `sh -c`, the head of a process group. Its group is killed with the object, and the
/// shell itself when this process ends, however it does.
class Child {
 public:
  /// `input` is its standard input. Throws Error where there is no process to be had.
  Child(const std::string& command, std::string_view input);
  ~Child();
  Child(Child&&) noexcept = default;
  Child& operator=(Child&& other) noexcept = delete;
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  Tail& output() { return output_; }
  Tail& errors() { return errors_; }
  /// Becomes readable when the shell has ended.
  [[nodiscard]] int ended() const { return handle_.number(); }
  /// Kills what is left of the group, waits for the shell, reads what is left of the output and
  /// returns the status of waitpid.
  int finish();

 private:
  struct Start;
  explicit Child(Start start);
  static Start launch(const std::string& command, std::string_view input);

  pid_t pid_;
  Descriptor handle_;
  Tail output_;
  Tail errors_;
};

}  // namespace dinas
