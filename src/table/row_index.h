// Rows of a table by a hash of what they hold.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace dinas {

/// A hash table with open addressing. It knows hashes and numbers of rows; whether a row is the one
/// that is looked for, its user says.
class RowIndex {
 public:
  /// Makes room for that many rows in all.
  void reserve(std::size_t rows);

  /// A row that was added under this hash and for which same(row) holds.
  template <typename Same>
  [[nodiscard]] std::optional<std::size_t> find(std::uint64_t hash, const Same& same) const {
    if (slots_.empty()) return std::nullopt;
    const std::uint32_t kept = kept_of(hash);
    for (std::size_t i = place_of(kept); slots_[i].row != 0; i = next(i)) {
      const std::size_t row = slots_[i].row - 1;
      if (slots_[i].hash == kept && same(row)) return row;
    }
    return std::nullopt;
  }

  /// `row` below 2^32 - 1.
  void add(std::uint64_t hash, std::size_t row);

  /// Fetches what `find` and `add` will need for this hash, without waiting for it: in a large
  /// table nearly every look-up would wait for memory.
  void prefetch(std::uint64_t hash) const {
    if (!slots_.empty()) __builtin_prefetch(&slots_[place_of(kept_of(hash))]);
  }

 private:
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t row = 0;  // counted from 1; 0: empty
  };
  static std::uint32_t kept_of(std::uint64_t hash) {
    // The product with 2^64 over the golden ratio brings the lower half's bits into the upper one.
    return static_cast<std::uint32_t>((hash ^ hash >> 32U) * 0x9e3779b97f4a7c15ULL >> 32U);
  }
  [[nodiscard]] std::size_t place_of(std::uint32_t kept) const {
    return kept & (slots_.size() - 1);
  }
  [[nodiscard]] std::size_t next(std::size_t place) const {
    return (place + 1) & (slots_.size() - 1);
  }
  void put(Slot slot);

  std::vector<Slot> slots_;  // a power of two of them, at least twice as many as rows
  std::size_t rows_ = 0;
};

}  // namespace dinas
