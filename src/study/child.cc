#include "study/child.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "base/error.h"

namespace dinas {
namespace {

constexpr std::size_t kLongestOutput = 65'536;
constexpr std::size_t kLongestErrors = 4'096;

int check(long result, const char* what) {
  if (result < 0) throw Error(fmt::format("{}: {}", what, std::strerror(errno)));
  return static_cast<int>(result);
}

// A file in memory: nobody has to feed a pipe, and nobody dies of one that is not read.
Descriptor memory_file(std::string_view text) {
  Descriptor file(check(::memfd_create("dinas-question", MFD_CLOEXEC), "memory for the question"));
  while (!text.empty()) {
    const int written =
        check(::write(file.number(), text.data(), text.size()), "memory for the question");
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  check(::lseek(file.number(), 0, SEEK_SET), "memory for the question");
  return file;
}

std::pair<Descriptor, Descriptor> make_pipe() {
  std::array<int, 2> ends{};
  check(::pipe2(ends.data(), O_CLOEXEC), "a pipe for the answer");
  std::pair<Descriptor, Descriptor> pipe{Descriptor(ends[0]), Descriptor(ends[1])};
  check(::fcntl(ends[0], F_SETFL, O_NONBLOCK), "a pipe for the answer");
  return pipe;
}

// In the child, where only what is safe in a signal handler may be called.
[[noreturn]] void become_shell(const char* command, pid_t parent, std::array<int, 3> streams) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  bool good = ::getppid() == parent;
  for (int i = 0; i < 3; ++i) good = good && ::dup2(streams[static_cast<std::size_t>(i)], i) == i;
  ::signal(SIGINT, SIG_DFL);
  ::signal(SIGTERM, SIG_DFL);
  if (good) ::execl("/bin/sh", "sh", "-c", command, static_cast<char*>(nullptr));
  // Not exit, which would run what the parent has registered for its own end.
  for (;;) ::kill(::getpid(), SIGKILL);
}

}  // namespace

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

void Tail::read() {
  std::array<char, 16'384> bytes;  // NOLINT: filled below
  while (pipe_.number() >= 0) {
    const ssize_t got = ::read(pipe_.number(), bytes.data(), bytes.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) {
      pipe_ = Descriptor();
      return;
    }
    text_.append(bytes.data(), static_cast<std::size_t>(got));
    if (text_.size() > 2 * longest_) text_.erase(0, text_.size() - longest_);
  }
}

std::string_view Tail::text() const {
  const std::string_view all = text_;
  return all.substr(all.size() > longest_ ? all.size() - longest_ : 0);
}

struct Child::Start {
  pid_t pid;
  Descriptor handle;
  Descriptor output;
  Descriptor errors;
};

Child::Start Child::launch(const std::string& command, std::string_view input) {
  const Descriptor question = memory_file(input);
  auto [output, output_end] = make_pipe();
  auto [errors, errors_end] = make_pipe();
  const pid_t parent = ::getpid();
  const pid_t pid = check(::fork(), "a process for the evaluation");
  if (pid == 0) {
    become_shell(command.c_str(), parent,
                 {question.number(), output_end.number(), errors_end.number()});
  }
  ::setpgid(pid, pid);  // in both: whoever comes first
  Descriptor handle(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (handle.number() < 0) {
    const int reason = errno;
    ::kill(-pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    throw Error(fmt::format("a handle of the evaluation's process: {}", std::strerror(reason)));
  }
  return {pid, std::move(handle), std::move(output), std::move(errors)};
}

Child::Child(const std::string& command, std::string_view input) : Child(launch(command, input)) {}

Child::Child(Start start)
    : pid_(start.pid),
      handle_(std::move(start.handle)),
      output_(std::move(start.output), kLongestOutput),
      errors_(std::move(start.errors), kLongestErrors) {}

Child::~Child() {
  if (handle_.number() >= 0) finish();
}

int Child::finish() {
  // Before the shell is waited for: until then nobody else can have its number.
  ::kill(-pid_, SIGKILL);
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  handle_ = Descriptor();
  output_.read();
  errors_.read();
  return status;
}

}  // namespace dinas
