// The flags of the commands, a file a group of them. Only these files and app.cc know the option
// parser.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/console.h"
#include "cli/runtime.h"
#include "engine/isa.h"
#include "nettrain/trainer.h"
#include "network/macro.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace dinas {

// Every add_* makes one command; its options live as long as the callback that runs it.
void add_spaces(CLI::App& app, Console& console);
void add_table(CLI::App& app, Console& console);
void add_train(CLI::App& app, Runtime& runtime, Console& console);
void add_generate(CLI::App& app, Runtime& runtime, Console& console);
void add_evaluate(CLI::App& app, Runtime& runtime, Console& console);
void add_inspect(CLI::App& app, std::optional<Isa> forced_isa, Runtime& runtime, Console& console);
void add_bench(CLI::App& app, Runtime& runtime, Console& console);
void add_measure(CLI::App& app, Console& console);
void add_search(CLI::App& app, Console& console);
void add_study(CLI::App& app, Console& console);
void add_compare(CLI::App& app, Console& console);
void add_reproduce(CLI::App& app, Runtime& runtime, Console& console);
void add_train_network(CLI::App& app, Console& console);

/// Channels, cells, image size and stem of a network; `image_size` says what that is by default.
void bind_network_size(CLI::App& command, Macro& macro, const std::string& image_size);
/// The images that networks learn. Returns the option of the folder.
CLI::Option* bind_images(CLI::App& command, std::string& dataset, std::int64_t& train_images,
                         std::int64_t& test_images);
/// All of a recipe but its time limit. Returns the options.
std::vector<CLI::Option*> bind_recipe(CLI::App& command, TrainRecipe& recipe);

/// Checks the text of a seed: the parser would wrap a negative one around and cut a large one off.
/// Empty where it is good, otherwise what is wrong.
std::string valid_seed(const std::string& text);

}  // namespace dinas
