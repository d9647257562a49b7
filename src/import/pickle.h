// Python pickles of plain data, without Python: nothing a pickle says is ever run.
#pragma once

#include <cstdint>
#include <functional>

#include "import/byte_source.h"
#include "import/pickle_code.h"
#include "import/pickle_value.h"

namespace dinas {

struct PickleOptions {
  /// Bytes that the values may take at once.
  std::uint64_t memory_limit = std::uint64_t{4} << 30U;
  /// Called with every dictionary after each of its batches of entries, and with the offset; it may
  /// drop entries and add others, so that a file larger than the memory is read piece by piece.
  std::function<void(PickleDict&, std::uint64_t)> reduce;
  /// Reads objects of xgboost.core.Booster too: as the dictionary that their state is, byte arrays
  /// in it as bytes.
  bool boosters = false;
  /// Of the same pickle, from scan_pickle: what is never referred to is not kept. nullptr: all is.
  const PickleUses* uses = nullptr;
};

/// Reads one pickle (protocols 2 to 5) up to and with its STOP. Plain data are None, truth values,
/// integers, real numbers, texts, bytes, lists, tuples, sets, dictionaries (ordered ones too),
/// numbers of numpy, and its arrays as protocols 2 to 4 have them. Throws Error with the offset for
/// anything else (frozen sets, byte arrays, the arrays and buffers of protocol 5 among it), for
/// what is cut short, nested deeper than 100, larger than the limit or refers to itself.
PickleValue read_pickle(ByteReader& reader, const PickleOptions& options = {});

}  // namespace dinas
