// A folder for the files of one test.
#pragma once

#include <filesystem>
#include <random>
#include <string>
#include <system_error>

namespace dinas {

/// A new, empty folder in the system's temporary folder; removed with its contents at the end of
/// the object's life.
class TempFolder {
 public:
  TempFolder() {
    std::random_device device;
    // A name that is taken makes create_directory return false: try the next one.
    do {
      path_ = std::filesystem::temp_directory_path() /
              ("dinas_test_" + std::to_string(device()) + std::to_string(device()));
    } while (!std::filesystem::create_directory(path_));
  }
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  [[nodiscard]] std::string path() const { return path_.string(); }
  /// Path of a file of that name in the folder; creates nothing.
  [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace dinas
