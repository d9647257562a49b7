// Every method by its name.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "baseline/method.h"
#include "model/model.h"

namespace dinas {

/// What a user can call a method: our own, then the others, the simplest first.
std::vector<std::string> search_method_names();

/// The method with its usual options. The task is copied. `model`: where "dinas" starts from, null
/// for none. Throws UsageError that lists the names, for a model with another method, and for one
/// that does not fit.
std::unique_ptr<SearchMethod> make_search_method(std::string_view name, const SearchTask& task,
                                                 std::uint64_t seed, const Model* model = nullptr);

}  // namespace dinas
