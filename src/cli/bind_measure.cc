#include <CLI/CLI.hpp>
#include <memory>

#include "cli/bind.h"
#include "cli/commands.h"

namespace dinas {
namespace {

void bind_list(CLI::App& command, MeasureCommandOptions& o) {
  command.add_option("--space", o.space, "search space, see 'dinas spaces'")->required();
  command.add_option("--architectures", o.architectures,
                     "file of architectures: what 'dinas generate' writes, a table, or one "
                     "notation a line");
  command.add_option("--sample", o.sample, "so many random classes of the space");
  command.add_flag("--all", o.all, "every architecture of the space");
  command.add_option("--where", o.where,
                     "\"METRIC <= V\" or \"METRIC >= V\": of a table in --architectures the rows "
                     "that keep it; repeat");
  command.add_option("--exclude", o.exclude,
                     "file of architectures: what has one of their classes is left out");
  command.add_option("--count", o.count, "the first so many of what is left");
  command.add_option("--architecture", o.architecture,
                     "one architecture, whose metrics are printed");
  command.add_flag("--json", o.json, "with --architecture: as a JSON object");
  command.add_option("--out", o.out,
                     "table to write (CSV); where it exists, the measuring continues");
  command.add_option("--metric", o.metrics, "metric to measure, see docs/measure.md; repeat")
      ->required();
  command.add_option("--workers", o.workers, "architectures at the same time, a thread each")
      ->capture_default_str();
  command.add_option("--seed", o.seed, "seed of the sample and of every network")
      ->check(valid_seed)
      ->capture_default_str();
}

}  // namespace

void add_measure(CLI::App& app, Runtime& runtime, Console& console) {
  CLI::App* command =
      app.add_subcommand("measure", "build the networks of architectures and find their metrics");
  const auto options = std::make_shared<MeasureCommandOptions>();
  bind_list(*command, *options);
  command->callback([options, &runtime, &console] { run_measure(*options, runtime, console); });
}

}  // namespace dinas
