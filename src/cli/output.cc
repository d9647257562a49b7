#include "cli/output.h"

#include <unistd.h>

#include <filesystem>

#include "base/error.h"

namespace dinas {
namespace {

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

bool same_file(const std::string& a, const std::string& b) {
  std::error_code ignored;
  return (std::filesystem::is_regular_file(a, ignored) &&
          std::filesystem::equivalent(a, b, ignored)) ||
         std::filesystem::absolute(a).lexically_normal() ==
             std::filesystem::absolute(b).lexically_normal();
}

}  // namespace

void check_outputs(const std::vector<std::string>& outputs,
                   const std::vector<std::string>& inputs) {
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const std::string& output = outputs[i];
    if (output.empty()) continue;
    check_writable(output);
    for (std::size_t j = 0; j < i; ++j) {
      if (!outputs[j].empty() && same_file(output, outputs[j])) {
        throw UsageError(output + " is named for two outputs: give each its own file");
      }
    }
    for (const std::string& input : inputs) {
      if (input.empty()) continue;
      const std::string file = input.substr(input.find('=') + 1);  // npos + 1 is 0
      if (same_file(output, input) || same_file(output, file)) {
        throw UsageError("the output " + output + " would replace an input: name another file");
      }
    }
  }
}

void note_checkpoint(const std::string& checkpoint, bool resume, Console& console) {
  const bool there = std::filesystem::exists(checkpoint);
  if (there && !resume) {
    console.note("starting anew, " + checkpoint +
                 " will be replaced; --resume would continue from it");
  }
  if (!there && resume) {
    console.note("starting anew: there is no " + checkpoint + " to continue from");
  }
}

}  // namespace dinas
