// Two cells of NAS-Bench-201 as their benchmark writes them.
#pragma once

#include <string>

namespace dinas {

inline const std::string kA = "|none~0|+|none~0|none~1|+|skip_connect~0|none~1|none~2|";
inline const std::string kB = "|none~0|+|none~0|none~1|+|nor_conv_1x1~0|none~1|none~2|";

}  // namespace dinas
