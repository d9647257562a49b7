#include "cli/measure_evaluator.h"

#include <fmt/format.h>

#include <filesystem>

#include "base/error.h"
#include "cli/meters.h"
#include "study/shell.h"

namespace dinas {

std::string evaluation_command(const std::string& evaluate, const SearchTask& task, int workers) {
  constexpr std::string_view kPrefix = "measure:";
  if (!evaluate.starts_with(kPrefix)) return evaluate;
  const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
  std::string command = fmt::format("{} measure --json --space {} --architecture {{arch}}",
                                    shell_quoted(self), shell_quoted(task.space->name()));
  std::vector<std::string> names;
  for (const SearchMetric& metric : task.metrics) {
    if (metric.computed) continue;
    names.push_back(metric.spec.name);
    command += " --metric " + shell_quoted(metric.spec.name);
  }
  if (workers > 1 && is_timed(names)) {
    throw UsageError("a latency is measured alone: leave --workers away");
  }
  return command + " " + evaluate.substr(kPrefix.size());
}

}  // namespace dinas
