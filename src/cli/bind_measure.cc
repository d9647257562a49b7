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

void bind_network(CLI::App& command, MeasureCommandOptions& o) {
  bind_network_size(command, o.network, "the benchmark's");
  command.add_option("--classes", o.network.classes, "classes (default: the benchmark's)");
  command.add_option("--latency-batch", o.latency.inference.batch, "images at once when timing")
      ->capture_default_str();
  command.add_option("--latency-threads", o.latency.inference.threads, "threads when timing")
      ->capture_default_str();
  command.add_option("--latency-reference", o.latency_reference,
                     "TABLE measured before: make the latencies comparable with its");
}

void bind_learning(CLI::App& command, LearningOptions& o) {
  bind_images(command, o.dataset, o.train_images, o.test_images);
  command.add_option("--proxy-channels", o.proxy.channels,
                     "channels of the stem of the network that is trained (default: 8)");
  command.add_option("--proxy-cells", o.proxy.cells,
                     "its cells a stage (default: 1), darts: in all (3)");
  command.add_option("--proxy-image-size", o.proxy.image_size,
                     "images are shrunk to it (default: 14, darts: 16)");
  for (CLI::Option* option : bind_recipe(command, o.recipe)) option->capture_default_str();
  command
      .add_option("--max-seconds", o.recipe.max_seconds,
                  "no new epoch is begun after so many seconds; 0: no limit")
      ->capture_default_str();
}

}  // namespace

void add_measure(CLI::App& app, Console& console) {
  CLI::App* command =
      app.add_subcommand("measure", "build the networks of architectures and find their metrics");
  const auto options = std::make_shared<MeasureCommandOptions>();
  bind_list(*command, *options);
  bind_network(*command, *options);
  bind_learning(*command, options->learning);
  command->callback([options, &console] { run_measure(*options, console); });
}

}  // namespace dinas
