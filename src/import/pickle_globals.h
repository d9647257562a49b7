// The few classes and functions that plain data is written with, done here without running any.
#pragma once

#include <string_view>

#include "import/pickle_heap.h"
#include "import/pickle_value.h"

namespace dinas {

/// What a name of Python stands for: collections.OrderedDict, set, _codecs.encode, and of numpy
/// scalar, _reconstruct, ndarray, dtype; with `boosters` also bytearray and xgboost.core.Booster.
/// Throws Error that names any other.
PickleGlobal known_global(std::string_view module, std::string_view name, bool boosters = false);

/// REDUCE: what `callable(*arguments)` makes. Throws Error for anything but the calls that Python
/// and numpy write for plain data.
PickleValue call_global(const PickleHeap& heap, const PickleValue& callable,
                        const PickleValue& arguments);

/// NEWOBJ: a Booster, which is its state and has none yet, so that its class stands for it. Throws
/// Error for all other classes.
PickleValue new_object(const PickleValue& type, const PickleValue& arguments);
bool is_booster(const PickleValue& value);

/// BUILD: the state of a numpy type or array made by call_global. Types are numbers of at most 8
/// bytes, in either byte order.
void build_object(const PickleValue& object, const PickleValue& state);

}  // namespace dinas
