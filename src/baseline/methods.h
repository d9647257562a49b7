// Every method by its name.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "baseline/method.h"

namespace dinas {

/// What a user can call a method, the simplest first.
std::vector<std::string> search_method_names();

/// The method with its usual options. The task is copied. Throws UsageError that lists the
/// names.
std::unique_ptr<SearchMethod> make_search_method(std::string_view name, const SearchTask& task,
                                                 std::uint64_t seed);

}  // namespace dinas
