// A study as a table.
#pragma once

#include <string>

#include "study/study.h"

namespace dinas {

/// CSV: architecture, one column a metric (empty where unknown), state, origin; a row an
/// architecture, in the order in which they were asked. Tables of this kind can be read by every
/// command.
std::string export_csv(Study& study);

}  // namespace dinas
