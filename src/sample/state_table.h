// The distinct states of a batch of graphs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/hash.h"

namespace dinas {

/// A set of states of equal length, numbered in the order of their arrival.
class StateTable {
 public:
  /// Empties the table and makes room for `most` states of `length` >= 1 bytes.
  void reset(std::size_t length, std::size_t most) {
    length_ = length;
    states_.clear();
    states_.reserve(length * most);
    std::size_t slots = 16;
    while (slots < 2 * most) slots *= 2;
    slots_.assign(slots, 0);
  }

  [[nodiscard]] std::size_t size() const { return length_ == 0 ? 0 : states_.size() / length_; }
  /// [size(), length] the states, by number.
  [[nodiscard]] std::span<const std::uint8_t> states() const { return states_; }

  /// Number of a state, which is added if it is new.
  std::size_t insert(const std::uint8_t* state) {
    std::uint32_t& slot = slots_[slot_of(state)];
    if (slot == 0) {
      states_.insert(states_.end(), state, state + length_);
      slot = static_cast<std::uint32_t>(size());
    }
    return slot - 1;
  }

  [[nodiscard]] std::optional<std::size_t> find(const std::uint8_t* state) const {
    if (length_ == 0) return std::nullopt;
    const std::uint32_t slot = slots_[slot_of(state)];
    if (slot == 0) return std::nullopt;
    return slot - 1;
  }

 private:
  // Where a state is, or the free place where it belongs.
  [[nodiscard]] std::size_t slot_of(const std::uint8_t* state) const {
    const std::string_view bytes(reinterpret_cast<const char*>(state), length_);
    std::size_t at = hash_bytes(bytes) & (slots_.size() - 1);
    while (slots_[at] != 0 &&
           std::memcmp(&states_[(slots_[at] - 1) * length_], state, length_) != 0) {
      at = (at + 1) & (slots_.size() - 1);
    }
    return at;
  }

  std::size_t length_ = 0;
  std::vector<std::uint8_t> states_;
  std::vector<std::uint32_t> slots_;  // number + 1; 0: free
};

}  // namespace dinas
