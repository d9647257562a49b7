// Work in a process of its own, and memory to bring its result back.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace dinas {

/// Zeros that this process and the children it forks later all see.
class SharedMemory {
 public:
  /// Throws Error where there is not enough.
  explicit SharedMemory(std::size_t bytes);
  ~SharedMemory();
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;

  /// Aligned for any type.
  [[nodiscard]] void* data() const { return data_; }

 private:
  void* data_;
  std::size_t bytes_;
};

/// Forks, does `work` in the child and waits for it; this process may have no other thread. Throws
/// Error that begins with `name` when the child throws or is killed.
void run_in_child(const std::string& name, const std::function<void()>& work);

}  // namespace dinas
