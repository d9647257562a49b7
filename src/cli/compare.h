// dinas compare: its options and how it runs.
#pragma once

#include "cli/console.h"

namespace CLI {
class App;
}

namespace dinas {

/// Adds the command to the parser.
void add_compare(CLI::App& app, Console& console);

}  // namespace dinas
