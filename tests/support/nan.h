// A number that is not there.
#pragma once

#include <limits>

namespace dinas {

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

}  // namespace dinas
