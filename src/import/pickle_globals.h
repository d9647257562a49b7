// The few classes and functions that plain data is written with, done here without running any.
#pragma once

#include <string_view>

#include "import/pickle_heap.h"
#include "import/pickle_value.h"

namespace dinas {

/// What a name of Python stands for: collections.OrderedDict, set, _codecs.encode, and of numpy
/// scalar, _reconstruct, ndarray, dtype. Throws Error that names any other.
PickleGlobal known_global(std::string_view module, std::string_view name);

/// REDUCE: what `callable(*arguments)` makes. Throws Error for anything but the calls that Python
/// and numpy write for plain data.
PickleValue call_global(const PickleHeap& heap, const PickleValue& callable,
                        const PickleValue& arguments);

/// BUILD: the state of a numpy type or array made by call_global. Types are numbers of at most 8
/// bytes, in either byte order.
void build_object(const PickleValue& object, const PickleValue& state);

}  // namespace dinas
