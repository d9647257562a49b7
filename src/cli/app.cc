// The one file that knows the option parser: every flag of every command.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdint>
#include <memory>

#include "base/error.h"
#include "cli/commands.h"
#include "cli/compare.h"
#include "cli/environment.h"

namespace dinas {
namespace {

// The parser would wrap a negative seed around and cut a large one off.
std::string valid_seed(const std::string& text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool good = error == std::errc() && end == text.data() + text.size();
  return good ? std::string() : "expected a whole number from 0 to 2^64 - 1, found '" + text + "'";
}

void bind_sampling(CLI::App& command, SamplingOptions& o) {
  command.add_option("--model", o.model, "model file")->required();
  command.add_option(
      "--where", o.where,
      "bound: \"METRIC <= V\", \"METRIC >= V\" or \"METRIC top P%\"; repeat for more");
  command.add_option(
      "--guidance", o.guidance,
      "guidance weight W from 0 to 1000; 0 is the conditional model (default: 2.5, for models "
      "of the paper profile 2)");
  command.add_option("--guidance-form", o.guidance_form, "joint, composed or posterior")
      ->capture_default_str();
  command.add_option("--weight", o.weights,
                     "METRIC=W, weight of one bounded metric (composed guidance); repeat for more");
  command.add_option("--guidance-steps", o.guidance_steps,
                     "A:B, guide in network calls A to B only (the first call is 1)");
  command
      .add_option("--steps", o.steps,
                  "network calls an architecture; 0: one per variable (mask noise), 50 (marginal "
                  "and uniform) or all (paper profile)")
      ->capture_default_str();
  command.add_option("--seed", o.seed, "seed")->check(valid_seed)->capture_default_str();
  command
      .add_option("--threads", o.threads, "threads; 0: all processors; never changes the result")
      ->capture_default_str();
  command.add_option("--batch", o.batch, "architectures drawn together; never changes the result")
      ->capture_default_str();
  command
      .add_option("--dtype", o.dtype,
                  "f32, or bf16: matrix products in half the time, where the processor has it")
      ->capture_default_str();
}

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

// Every add_* makes one command; its options live as long as the callback that runs it.

void add_spaces(CLI::App& app, Console& console) {
  CLI::App* command =
      app.add_subcommand("spaces", "list the search spaces and what they can compute");
  const auto options = std::make_shared<SpacesOptions>();
  command->add_flag("--json", options->json, "as JSON");
  command->add_option("--count", options->count,
                      "count the architectures and classes of a space (name or FILE.toml)");
  CLI::App* check =
      command->add_subcommand("check",
                              "read a space file and say what it describes, or its first "
                              "mistake with line and remedy");
  const auto file = std::make_shared<SpacesCheckOptions>();
  check->add_option("file", file->file, "space file (TOML)")->required();
  check->callback([file, &console] { run_spaces_check(*file, console); });
  command->callback([options, check, &console] {
    if (!check->parsed()) run_spaces(*options, console);
  });
}

void add_table(CLI::App& app, Console& console) {
  CLI::App* table = app.add_subcommand("table", "look at benchmark tables");
  table->require_subcommand(1);
  CLI::App* command = table->add_subcommand("info", "columns, ranges and problems of tables");
  const auto options = std::make_shared<TableInfoOptions>();
  command->add_option("files", options->files, "[PREFIX=]FILE...")->required();
  command->add_option("--space", options->space, "search space")->capture_default_str();
  command->callback([options, &console] { run_table_info(*options, console); });
}

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

void add_generate(CLI::App& app, Runtime& runtime, Console& console) {
  CLI::App* command = app.add_subcommand("generate", "generate architectures that meet bounds");
  const auto options = std::make_shared<GenerateOptions>();
  bind_sampling(*command, options->sampling);
  command->add_option("--count", options->count, "architectures to generate")->required();
  command->add_flag("--unique", options->unique, "no architecture twice");
  command->add_flag("--guarantee", options->guarantee,
                    "draw until COUNT architectures are known to keep every bound that can be "
                    "checked");
  command->add_option("--table", options->tables,
                      "[PREFIX=]FILE: add known metrics, mark kept bounds; repeat to join");
  command->add_option("--format", options->format, "jsonl, csv or text")->capture_default_str();
  command->add_option("--out", options->out, "file to write (default: standard output)");
  command->callback([options, &runtime, &console] { run_generate(*options, runtime, console); });
}

void add_evaluate(CLI::App& app, Runtime& runtime, Console& console) {
  CLI::App* command =
      app.add_subcommand("evaluate", "measure what a model's samples are worth, beside controls");
  const auto options = std::make_shared<EvaluateCommandOptions>();
  bind_sampling(*command, options->sampling);
  command->add_option("--table", options->tables,
                      "[PREFIX=]FILE with the true metrics; repeat to join; without it the metrics "
                      "the space computes are used");
  command->add_option("--queries", options->queries, "architectures evaluated a repeat")
      ->capture_default_str();
  command->add_option("--repeats", options->repeats, "repeats")->capture_default_str();
  command
      ->add_option("--coverage-draws", options->coverage_draws,
                   "draws in which coverage is counted")
      ->capture_default_str();
  command
      ->add_option("--novelty", options->novelty,
                   "class, or ged: measure edit distances to the nearest training cell as well")
      ->capture_default_str();
  command
      ->add_option("--novelty-samples", options->novelty_samples,
                   "distinct samples whose edit distance is measured at most")
      ->capture_default_str();
  command
      ->add_option("--select", options->select,
                   "METRIC[:max|min] by which one of the queries is chosen")
      ->required();
  command->add_option(
      "--report", options->report,
      "METRIC[:max|min] of the chosen one that is reported (default: the selected)");
  command->add_option("--json", options->json, "write the result to FILE as JSON");
  command->callback([options, &runtime, &console] { run_evaluate(*options, runtime, console); });
}

void add_inspect(CLI::App& app, std::optional<Isa> forced_isa, Runtime& runtime, Console& console) {
  CLI::App* command = app.add_subcommand("inspect", "describe a model file");
  const auto options = std::make_shared<InspectOptions>();
  command->add_option("model", options->model, "model file")->required();
  command->add_flag("--json", options->json, "as JSON");
  CLI::Option* check = command->add_flag(
      "--check", options->check,
      "compare every engine that this machine can run with the double-precision reference");
  command->add_option("--states", options->states, "random states that --check compares on")
      ->needs(check)
      ->capture_default_str();
  options->forced_isa = forced_isa;
  command->callback([options, &runtime, &console] {
    options->check ? run_check(*options, runtime, console) : run_inspect(*options, console);
  });
}

void add_bench(CLI::App& app, Runtime& runtime, Console& console) {
  CLI::App* command =
      app.add_subcommand("bench", "time generation on this machine, engine by engine");
  const auto options = std::make_shared<BenchOptions>();
  command->add_option("--model", options->model, "model file")->required();
  command->add_option("--where", options->where,
                      "bound of the tight rows (default: top 1% of the first metric); repeat");
  command->add_option("--threads", options->threads, "most threads; 0: all processors")
      ->capture_default_str();
  command->add_flag("--torch", options->torch, "time the same checkpoint through libtorch as well");
  command->add_option("--seed", options->seed, "seed")->check(valid_seed)->capture_default_str();
  command->add_option("--json", options->json, "write the rows to FILE as JSON");
  command->callback([options, &runtime, &console] { run_bench(*options, runtime, console); });
}

// The first word, if it is neither an option nor a command.
void refuse_unknown_command(const CLI::App& app, int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') return;
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (command->check_name(argv[1])) return;
    names.push_back(command->get_name());
  }
  throw UsageError(
      fmt::format("unknown command '{}': expected one of {}", argv[1], fmt::join(names, ", ")));
}

// The command whose options were being read when the parser gave up, "dinas" before it.
std::string deepest_command(const CLI::App& app) {
  const auto parsed = app.get_subcommands();
  return parsed.empty() ? app.get_name() : app.get_name() + " " + deepest_command(*parsed.front());
}

std::string explain(const CLI::ParseError& error) {
  const std::string text = error.what();
  const std::string prefix = "Could not convert: ";
  if (!text.starts_with(prefix)) return text;
  return fmt::format("'{}' is not a number in range", text.substr(prefix.size()));
}

}  // namespace

int run_app(int argc, char** argv, Runtime& runtime, Console& console) {
  const std::optional<Isa> isa = limit_isa_by_environment();
  CLI::App app("dinas generates neural architectures that meet numeric bounds.");
  app.name("dinas");
  app.set_version_flag("--version", std::string("dinas ") + DINAS_VERSION);
  app.require_subcommand(1);
  add_spaces(app, console);
  add_table(app, console);
  add_train(app, runtime, console);
  add_generate(app, runtime, console);
  add_evaluate(app, runtime, console);
  add_inspect(app, isa, runtime, console);
  add_bench(app, runtime, console);
  add_compare(app, console);
  refuse_unknown_command(app, argc, argv);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& e) {
    return app.exit(e);
  } catch (const CLI::ParseError& e) {
    throw UsageError(fmt::format("{}; see '{} --help'", explain(e), deepest_command(app)));
  }
  return 0;
}

}  // namespace dinas
