#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "cli/bind.h"
#include "cli/commands.h"

namespace dinas {
namespace {

void bind_training_data(CLI::App& command, TrainCommandOptions& o) {
  command.add_option("--space", o.space, "search space, see 'dinas spaces'")->required();
  command.add_option("--table", o.tables,
                     "[PREFIX=]FILE, CSV with one architecture column; repeat to join; without it "
                     "the metrics the space computes are used");
  command
      .add_option("--metric", o.metrics,
                  "NAME:max|min[:cell|class], a metric to bound later; repeat for more")
      ->required();
  command
      .add_option("--labels", o.labels,
                  "label only N isomorphism classes, one member each; 0: every row")
      ->capture_default_str();
  command
      .add_option("--random", o.random,
                  "add N architectures drawn from the space, on which only the metrics it computes "
                  "are known")
      ->capture_default_str();
  command
      .add_option("--hide-classes", o.hide_classes,
                  "share of isomorphism classes hidden from training")
      ->capture_default_str();
}

void bind_training_run(CLI::App& command, TrainCommandOptions& o) {
  TrainOptions& t = o.train;
  command.add_option("--out", o.out, "model file to write")->required();
  command.add_flag("--no-labels", o.no_labels,
                   "leave classes and ranks of the labels out of the model file");
  command.add_option("--json", o.json, "write the training record to FILE as JSON");
  command.add_option("--max-seconds", t.max_seconds,
                     "train for this long (default 120 without --epochs)");
  command.add_option("--epochs", t.epochs, "train for this many passes over the architectures");
  command.add_option("--seed", t.seed, "seed")->check(valid_seed)->capture_default_str();
  command.add_option("--threads", t.threads,
                     "threads; 0: all processors; never changes the result of --epochs");
  command.add_flag("--resume", o.resume, "continue from OUT.checkpoint if it is there");
  command
      .add_option("--checkpoint-seconds", t.checkpoint_seconds,
                  "seconds between writes of OUT.checkpoint")
      ->capture_default_str();
}

void bind_network(CLI::App& command, TrainCommandOptions& o) {
  TrainOptions& t = o.train;
  command.add_option("--profile", o.profile, "fast or paper")->capture_default_str();
  command.add_option("--noise", o.noise,
                     "mask, marginal or uniform (default: mask, with --profile paper marginal)");
  command.add_option("--batch", t.batch, "graphs a step (default: 256, with --profile paper 4)");
  command.add_option("--learning-rate", t.learning_rate, "peak of the cosine rate (fast profile)")
      ->capture_default_str();
  command.add_option("--width", t.denoiser.width, "features a node (fast profile)")
      ->capture_default_str();
  command.add_option("--layers", t.denoiser.layers, "layers (fast profile)")->capture_default_str();
  command.add_option("--loss-weight", o.loss_weights,
                     "KIND=W, weight of label, edge or inputs variables in the loss (default 1); "
                     "repeat for more (fast profile)");
  command
      .add_option("--tail-exponent", t.tail_exponent,
                  "practise tight bounds more often the larger it is, 0 to 3 (fast profile)")
      ->capture_default_str();
  command.add_option("--diffusion-steps", t.diffusion_steps, "T of marginal and uniform noise")
      ->capture_default_str();
}

}  // namespace

void add_train(CLI::App& app, Runtime& runtime, Console& console) {
  CLI::App* command = app.add_subcommand("train", "train a model on a table");
  const auto options = std::make_shared<TrainCommandOptions>();
  options->train.threads = 0;
  bind_training_data(*command, *options);
  bind_training_run(*command, *options);
  bind_network(*command, *options);
  command->callback([options, command, &runtime, &console] {
    constexpr double kDefaultSeconds = 120.0;
    if (command->count("--epochs") + command->count("--max-seconds") == 0) {
      options->train.max_seconds = kDefaultSeconds;
    }
    options->batch_given = command->count("--batch") > 0;
    for (const std::string name :
         {"--learning-rate", "--width", "--layers", "--loss-weight", "--tail-exponent"}) {
      if (command->count(name) > 0) options->fast_only = name;
    }
    run_train(*options, runtime, console);
  });
}

}  // namespace dinas
