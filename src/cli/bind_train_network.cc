#include <CLI/CLI.hpp>
#include <memory>

#include "cli/bind.h"
#include "cli/commands.h"
#include "nettrain/literature_recipe.h"

namespace dinas {
namespace {

void bind_run(CLI::App& command, TrainNetworkOptions& o) {
  command.add_option("--space", o.space, "search space, see 'dinas spaces'")->required();
  command.add_option("--architecture", o.architecture, "the architecture, in its notation")
      ->required();
  command.add_option("--out", o.out, "file of weights to write (safetensors)")->required();
  command.add_option("--json", o.json, "write result and settings to FILE as JSON");
  command.add_option("--seed", o.seed, "seed of weights, order and augmentation")
      ->check(valid_seed)
      ->capture_default_str();
  command.add_flag("--resume", o.resume, "continue from OUT.checkpoint if it is there");
  command
      .add_option("--checkpoint-seconds", o.checkpoint_seconds,
                  "seconds between writes of OUT.checkpoint")
      ->capture_default_str();
}

}  // namespace

void add_train_network(CLI::App& app, Console& console) {
  CLI::App* command = app.add_subcommand("train-network",
                                         "train the network of one architecture, keep its weights");
  const auto options = std::make_shared<TrainNetworkOptions>();
  bind_run(*command, *options);
  bind_images(*command, options->dataset, options->train_images, options->test_images)->required();
  bind_network_size(*command, options->network, "the dataset's");
  const auto recipe_options = bind_recipe(*command, options->recipe);
  command->footer(
      "Recipe: the literature's for the space, see docs/train-network.md; every option "
      "replaces its part.");
  command->callback([options, recipe_options, &console] {
    // The space decides what the recipe is where nothing is said; what is said is put in again.
    options->recipe = literature_recipe(*find_space(options->space), options->network.imagenet);
    for (CLI::Option* option : recipe_options) {
      if (option->count() > 0) option->run_callback();
    }
    run_train_network(*options, console);
  });
}

}  // namespace dinas
