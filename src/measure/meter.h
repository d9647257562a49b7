// What finds out metrics of one architecture by building, running or training its network.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace dinas {

class Meter {
 public:
  virtual ~Meter() = default;

  /// Names of what it finds out; unit at the end of the name.
  [[nodiscard]] virtual const std::vector<std::string>& columns() const = 0;
  /// One finite value for every column. The same architecture gives the same values, but for what
  /// is timed. Throws Error where the network cannot be measured (it diverged, memory is short).
  /// May be called from several threads at once.
  [[nodiscard]] virtual std::vector<double> measure(
      std::span<const std::uint8_t> architecture) const = 0;
};

}  // namespace dinas
