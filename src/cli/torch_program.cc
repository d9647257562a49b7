#include <filesystem>

#include "cli/runtime.h"

namespace dinas {

std::string torch_program() {
  std::error_code ignored;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", ignored);
  const auto program = self.parent_path() / "dinas-torch";
  return std::filesystem::exists(program, ignored) ? program.string() : "";
}

}  // namespace dinas
