// The values of one pickle while it is read: made, counted, and put into each other.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "import/pickle_value.h"

namespace dinas {

/// Functions throw Error without a position: the reader knows where it is.
class PickleHeap {
 public:
  explicit PickleHeap(std::uint64_t limit) : meter_(std::make_shared<PickleMeter>()) {
    meter_->limit = limit;
  }

  template <typename Node>
  [[nodiscard]] std::shared_ptr<Node> make() const {
    auto node = std::make_shared<Node>();
    constexpr std::size_t bookkeeping = 4 * sizeof(void*);
    node->charge.add(meter_, sizeof(Node) + bookkeeping);
    return node;
  }
  [[nodiscard]] PickleValue text(std::string text, bool bytes) const;
  /// Two's complement, lowest byte first. What does not fit 64 bits stays bytes.
  [[nodiscard]] PickleValue integer(std::string bytes) const;
  [[nodiscard]] PickleValue list(PickleList::Kind kind, std::vector<PickleValue> items) const;

  /// Errors: the container is already inside another one, would hold itself, or nests too deep.
  static void append(PickleList& list, std::vector<PickleValue> items);
  /// Keys and values in turn.
  static void set_items(PickleDict& dict, std::vector<PickleValue> items);

  /// A charge for what is not a value.
  void open(PickleCharge& charge) const { charge.add(meter_, 0); }
  /// Throws where the values and `more` bytes take more than the limit.
  void check(std::uint64_t more) const { meter_->check(more); }
  /// Before `bytes` are made of a value that stays.
  void copy(std::uint64_t bytes) const {
    meter_->check(bytes);
    meter_->copy(bytes);
  }
  /// Bytes below the limit.
  [[nodiscard]] std::uint64_t left() const { return meter_->limit - meter_->used; }

 private:
  std::shared_ptr<PickleMeter> meter_;
};

}  // namespace dinas
