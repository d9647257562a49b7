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
  command.add_option("--channels", o.network.channels,
                     "channels of the stem (default: the benchmark's)");
  command.add_option("--cells", o.network.cells,
                     "cells a stage, darts: in all (default: the benchmark's)");
  command.add_option("--image-size", o.network.image_size,
                     "height and width of the image (default: the benchmark's)");
  command.add_option("--classes", o.network.classes, "classes (default: the benchmark's)");
  command.add_flag("--imagenet", o.network.imagenet, "darts: the ImageNet network");
  command.add_option("--latency-batch", o.latency.inference.batch, "images at once when timing")
      ->capture_default_str();
  command.add_option("--latency-threads", o.latency.inference.threads, "threads when timing")
      ->capture_default_str();
}

void bind_learning(CLI::App& command, LearningOptions& o) {
  command.add_option("--dataset", o.dataset, "folder of images, see docs/measure.md");
  command.add_option("--train-images", o.train_images, "of the dataset; 0: all")
      ->capture_default_str();
  command.add_option("--test-images", o.test_images, "of the dataset; 0: all")
      ->capture_default_str();
  command.add_option("--proxy-channels", o.proxy.channels,
                     "channels of the stem of the network that is trained (default: 8)");
  command.add_option("--proxy-cells", o.proxy.cells,
                     "its cells a stage (default: 1), darts: in all (3)");
  command.add_option("--proxy-image-size", o.proxy.image_size,
                     "images are shrunk to it (default: 14, darts: 16)");
}

void bind_recipe(CLI::App& command, TrainRecipe& o) {
  command.add_option("--epochs", o.epochs, "epochs of training")->capture_default_str();
  command
      .add_option("--max-seconds", o.max_seconds,
                  "no new epoch is begun after so many seconds; 0: no limit")
      ->capture_default_str();
  command.add_option("--batch", o.batch, "images a step")->capture_default_str();
  command.add_option("--rate", o.rate, "highest learning rate")->capture_default_str();
  command.add_option("--warm-up", o.warm_up, "share of the steps in which the rate rises")
      ->capture_default_str();
  command.add_option("--momentum", o.momentum, "Nesterov momentum")->capture_default_str();
  command.add_option("--weight-decay", o.weight_decay, "weight decay")->capture_default_str();
  command
      .add_option("--label-smoothing", o.label_smoothing,
                  "share of the target spread over all classes")
      ->capture_default_str();
  command
      .add_option("--auxiliary-weight", o.auxiliary_weight,
                  "darts: weight of the auxiliary head's loss")
      ->capture_default_str();
  command.add_option("--drop-path", o.drop_path, "darts: drop path in the last epoch")
      ->capture_default_str();
  command.add_flag("--flip", o.augmentation.flip, "every other training image mirrored");
  command
      .add_option("--crop", o.augmentation.crop, "training images moved by up to so many pixels")
      ->capture_default_str();
  command.add_option("--cutout", o.augmentation.cutout, "side of a square that is cut out")
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
  bind_recipe(*command, options->learning.recipe);
  command->callback([options, &console] { run_measure(*options, console); });
}

}  // namespace dinas
