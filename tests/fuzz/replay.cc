// Runs a fuzz target on every file of the folders given, each named before it runs.
#include <algorithm>
#include <exception>
#include <filesystem>
#include <iostream>
#include <vector>

#include "base/file.h"
#include "fuzz/target.h"

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_of(const std::vector<fs::path>& folders) {
  std::vector<fs::path> files;
  for (const fs::path& folder : folders) {
    for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const auto files = files_of({argv + 1, argv + argc});
    if (files.empty()) {
      std::cerr << "expected folders with inputs, found no file\n";
      return 2;
    }
    for (const fs::path& file : files) {
      std::cout << file.string() << std::endl;
      dinas::fuzz_one(dinas::read_file(file.string()));
    }
    return 0;
  } catch (const std::exception& problem) {
    std::cerr << problem.what() << '\n';
    return 1;
  }
}
