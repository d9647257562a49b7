// Starts a command and maps what it throws to exit codes: 0 done, 1 failure, 2 usage, 130 stopped.
#include <malloc.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <new>

#include "base/error.h"
#include "cli/commands.h"

namespace dinas {
namespace {

// Replaces this process by dinas-torch with the same arguments.
[[noreturn]] void start_torch(char** argv) {
  const std::string program = torch_program();
  if (!program.empty()) ::execv(program.c_str(), argv);
  throw Error(
      "this build is without libtorch, which the paper profile needs: install "
      "libtorch-dev and libopenblas0-openmp and build again (./quickstart.sh --build-only)");
}

int run(int argc, char** argv) {
  Console console;
  const auto runtime = make_runtime();
  try {
    try {
      return run_app(argc, argv, *runtime, console);
    } catch (const NeedsTorch&) {
      start_torch(argv);
    }
  } catch (const UsageError& error) {
    console.note(error.what());
    return 2;
  } catch (const Interrupted&) {
    return 130;
  } catch (const std::bad_alloc&) {
    console.note("not enough memory");
    return 1;
  } catch (const std::exception& error) {
    console.note(error.what());
    return 1;
  }
}

}  // namespace
}  // namespace dinas

int main(int argc, char** argv) {
  // glibc would give every large temporary back to the kernel, which costs training a factor of 3.
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  return dinas::run(argc, argv);
}
