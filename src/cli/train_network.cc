#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/error.h"
#include "base/file.h"
#include "cli/commands.h"
#include "cli/learning.h"
#include "cli/output.h"
#include "nettrain/network_training.h"
#include "nettrain/training_checkpoint.h"
#include "network/macro.h"
#include "network/weights_file.h"

namespace dinas {
namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

double passed_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// What the weights depend on.
Json settings(const TrainNetworkOptions& o, const Space& space, const Architecture& architecture,
              const Macro& macro, const Dataset& train, const Dataset& test) {
  return {{"space", space.name()},
          {"architecture", space.print(architecture)},
          {"network", settings_of(macro)},
          {"recipe", settings_of(o.recipe)},
          {"train_images", train.count()},
          {"test_images", test.count()},
          {"images", hash_of(train) + hash_of(test)},
          {"seed", o.seed}};
}

// Runs the training to its end, reports and keeps checkpoints.
class NetworkRun {
 public:
  NetworkRun(const TrainNetworkOptions& options, const Json& settings, const Dataset& test,
             NetworkTraining& training, Console& console)
      : options_(options),
        settings_(settings),
        checkpoint_(options.out + ".checkpoint"),
        test_(test),
        training_(training),
        console_(console) {}

  void resume() {
    note_checkpoint(checkpoint_, options_.resume, console_);
    if (!options_.resume || !std::filesystem::exists(checkpoint_)) return;
    const TrainingCheckpoint found = load_training_checkpoint(checkpoint_);
    check_settings(found.settings);
    training_.restore(found.state);
    console_.note(fmt::format("continuing after {} of {} steps", training_.steps(), all_steps()));
  }

  Evaluation run() {
    Console::catch_interrupts();
    first_step_ = training_.steps();
    begin_ = saved_ = reported_ = Clock::now();
    std::optional<Evaluation> last;
    while (!training_.finished()) {
      training_.step();
      if (training_.between_epochs()) last = report_epoch();
      if (Console::interrupted()) stop();
      if (passed_since(saved_) >= options_.checkpoint_seconds) save();
      if (passed_since(reported_) >= kReportSeconds) report_step();
    }
    return last ? *last : training_.evaluate(test_);
  }

  void finish() const {
    std::error_code ignored;
    std::filesystem::remove(checkpoint_, ignored);
  }

 private:
  static constexpr double kReportSeconds = .5;

  void check_settings(const std::string& text) const {
    const Json found = Json::parse(text, nullptr, false);
    for (const auto& [name, value] : settings_.items()) {
      const std::string there = found.contains(name) ? found[name].dump() : "nothing";
      if (there == value.dump()) continue;
      throw Error(fmt::format(
          "cannot resume from {}: it was made with {} = {}, and this run has {}: give the same "
          "options, or train without --resume to start anew",
          checkpoint_, name, there, value.dump()));
    }
  }

  void save() {
    save_training_checkpoint(checkpoint_, {settings_.dump(), training_.state()});
    saved_ = Clock::now();
  }

  [[noreturn]] void stop() {
    save();
    console_.note("stopped; continue with the same command and --resume (" + checkpoint_ + ")");
    throw Interrupted{};
  }

  [[nodiscard]] std::uint64_t all_steps() const {
    return training_.steps_per_epoch() * static_cast<std::uint64_t>(options_.recipe.epochs);
  }

  [[nodiscard]] std::string time_left() const {
    const auto done = static_cast<double>(training_.steps() - first_step_);
    const auto left = static_cast<double>(all_steps() - training_.steps());
    return print_duration(passed_since(begin_) / done * left);
  }

  Evaluation report_epoch() {
    const Evaluation found = training_.evaluate(test_);
    console_.progress(
        fmt::format("epoch {} of {}  loss {:.4f}  rate {:.4g}  accuracy {:.2f} %  log loss {:.4f}  "
                    "{}  {} left",
                    training_.epochs(), options_.recipe.epochs, training_.loss(), training_.rate(),
                    100 * found.accuracy, found.log_loss, print_duration(passed_since(begin_)),
                    time_left()),
        true);
    return found;
  }

  void report_step() {
    reported_ = Clock::now();
    if (training_.between_epochs()) return;
    console_.progress(fmt::format("epoch {} of {}  step {} of {}  loss {:.4f}  {} left",
                                  training_.epochs() + 1, options_.recipe.epochs,
                                  training_.steps() % training_.steps_per_epoch(),
                                  training_.steps_per_epoch(), training_.loss(), time_left()));
  }

  const TrainNetworkOptions& options_;
  const Json& settings_;
  const std::string checkpoint_;
  const Dataset& test_;
  NetworkTraining& training_;
  Console& console_;
  std::uint64_t first_step_ = 0;
  Clock::time_point begin_, saved_, reported_;
};

Json results_of(const NetworkTraining& training, const Evaluation& found) {
  return {{"epochs", training.epochs()},
          {"accuracy", 100 * found.accuracy},
          {"log_loss", found.log_loss},
          {"train_loss", training.loss()}};
}

void check(const TrainNetworkOptions& o) {
  check_outputs({o.out, o.json, o.out + ".checkpoint"}, {});
  if (o.train_images < 0 || o.test_images < 0) {
    throw UsageError("--train-images and --test-images must be at least 0");
  }
  if (!(o.checkpoint_seconds > 0.0)) throw UsageError("--checkpoint-seconds must be above 0");
}

}  // namespace

void run_train_network(const TrainNetworkOptions& o, Console& console) {
  check(o);
  const auto space = find_space(o.space);
  const Architecture architecture = parse_architecture(*space, o.architecture);
  const int size = o.network.image_size;
  const auto train = read_images(o.dataset, Split::kTrain, size, o.train_images);
  const auto test = read_images(o.dataset, Split::kTest, size, o.test_images);
  const Macro macro = fitted(o.network, *train, o.recipe);
  const ImageNetwork network = pruned_for_training(build_network(*space, architecture, macro));
  const Json decided = settings(o, *space, architecture, macro, *train, *test);
  NetworkTraining training(network, *train, o.recipe, o.seed);
  training.check(*test);
  console.note(fmt::format("{} training and {} test images, {}", train->count(), test->count(),
                           decided["recipe"].dump()));

  NetworkRun run(o, decided, *test, training, console);
  run.resume();
  const Json results = results_of(training, run.run());
  const PixelStatistics& pixels = training.pixels();
  const Json input = {{"mean", pixels.mean}, {"deviation", pixels.deviation}};
  save_network(
      o.out, network, training.weights(),
      {{"settings", decided.dump()}, {"input", input.dump()}, {"results", results.dump()}});
  if (!o.json.empty()) {
    write_file(o.json, Json{{"settings", decided}, {"results", results}}.dump(2) + "\n");
  }
  run.finish();  // only now is nothing left that the checkpoint would be needed for
  console.note("wrote " + o.out);
  console.result(fmt::format("accuracy {:.2f} %\nlog loss {:.4f}\n",
                             results["accuracy"].get<double>(), results["log_loss"].get<double>()));
}

}  // namespace dinas
