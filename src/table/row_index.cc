#include "table/row_index.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "base/error.h"

namespace dinas {

void RowIndex::reserve(std::size_t rows) {
  constexpr std::size_t least_rows = 32;
  if (slots_.size() >= 2 * rows) return;
  std::vector<Slot> old(std::bit_ceil(2 * std::max(rows, least_rows)));
  old.swap(slots_);
  for (const Slot& slot : old) {
    if (slot.row != 0) put(slot);
  }
}

void RowIndex::add(std::uint64_t hash, std::size_t row) {
  DINAS_CHECK(row < std::numeric_limits<std::uint32_t>::max());
  ++rows_;
  if (slots_.size() < 2 * rows_) reserve(std::max(rows_, slots_.size()));
  put({kept_of(hash), static_cast<std::uint32_t>(row + 1)});
}

void RowIndex::put(Slot slot) {
  std::size_t i = place_of(slot.hash);
  while (slots_[i].row != 0) i = next(i);
  slots_[i] = slot;
}

}  // namespace dinas
