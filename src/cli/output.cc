#include "cli/output.h"

#include <unistd.h>

#include <filesystem>

#include "base/error.h"

namespace dinas {

void check_writable(const std::string& path) {
  if (path.empty()) return;
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    throw Error("cannot write " + path + ": it is a folder");
  }
  const auto folder = std::filesystem::absolute(path).parent_path();
  if (!std::filesystem::is_directory(folder, ignored)) {
    throw Error("cannot write " + path + ": the folder " + folder.string() + " does not exist");
  }
  // A special file is written in place; all others are replaced by a new file in their folder.
  const bool special =
      std::filesystem::exists(path, ignored) && !std::filesystem::is_regular_file(path, ignored);
  if (::access(special ? path.c_str() : folder.c_str(), W_OK) != 0) {
    throw Error("cannot write " + path + ": no permission to write " +
                (special ? "it" : "in the folder " + folder.string()));
  }
}

}  // namespace dinas
