#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/bind.h"
#include "cli/commands.h"
#include "reproduce/protocol.h"

namespace dinas {

void add_reproduce(CLI::App& app, Runtime& runtime, Console& console) {
  CLI::App* command = app.add_subcommand(
      "reproduce", "run the paper's experiments on a benchmark within a number of minutes");
  const auto options = std::make_shared<ReproduceCommandOptions>();
  ReproduceCommandOptions& o = *options;
  command
      ->add_option("benchmark", o.benchmark,
                   fmt::format("{}", fmt::join(reproduced_benchmarks(), ", ")))
      ->required();
  command->add_option("--table", o.tables,
                      "[PREFIX=]FILE; repeat to join (default: the benchmark's files below the "
                      "folder that DINAS_DATA names)");
  command
      ->add_option("--out", o.out,
                   "folder of models, samples, results and the report; the same command goes on "
                   "where it was stopped")
      ->required();
  command->add_option("--budget", o.budget, "minutes")->capture_default_str();
  command->add_option("--seed", o.seed, "seed")->check(valid_seed)->capture_default_str();
  command->add_option("--threads", o.threads, "threads; 0: all processors")->capture_default_str();
  command->callback([options, &runtime, &console] { run_reproduce(*options, runtime, console); });
}

}  // namespace dinas
