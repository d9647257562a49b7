// The one file that knows the option parser: every flag of every command.
#include <CLI/CLI.hpp>

#include "base/error.h"
#include "cli/commands.h"

namespace dinas {
namespace {

void add_sampling(CLI::App& command, SamplingOptions& o) {
  command.add_option("--model", o.model, "model file")->required();
  command.add_option(
      "--where", o.where,
      "bound: \"METRIC <= V\", \"METRIC >= V\" or \"METRIC top P%\"; repeat for more");
  command
      .add_option("--guidance", o.guidance, "guidance weight w >= 0; 0 is the conditional model")
      ->capture_default_str();
  command.add_option("--guidance-form", o.guidance_form, "joint, composed or posterior")
      ->capture_default_str();
  command.add_option("--weight", o.weights, "METRIC=W, weight of one metric (composed guidance)");
  command.add_option("--guidance-steps", o.guidance_steps,
                     "A:B, guide in calls A to B only (the first call is 1)");
  command
      .add_option("--steps", o.steps,
                  "network calls an architecture; 0: one per variable (mask noise), 50 (others)")
      ->capture_default_str();
  command.add_option("--seed", o.seed, "seed")->capture_default_str();
  command
      .add_option("--threads", o.threads, "threads; 0: all processors; never changes the result")
      ->capture_default_str();
  command.add_option("--batch", o.batch, "architectures drawn together; never changes the result")
      ->capture_default_str();
}

void add_train(CLI::App& command, TrainCommandOptions& o) {
  TrainOptions& t = o.train;
  command.add_option("--space", o.space, "search space, see 'dinas spaces'")->required();
  command.add_option("--table", o.tables,
                     "[PREFIX=]FILE, CSV with one architecture column; repeat to join; without it "
                     "the metrics the space computes are used");
  command.add_option("--metric", o.metrics, "NAME:max|min[:cell|class]; repeat for more")
      ->required();
  command.add_option("--out", o.out, "model file to write")->required();
  command.add_option("--profile", o.profile, "fast or paper")->capture_default_str();
  command.add_option("--noise", o.noise,
                     "mask, marginal or uniform (default: mask, with --profile paper marginal)");
  command
      .add_option("--labels", o.labels,
                  "label only N isomorphism classes, one member each; 0: every row")
      ->capture_default_str();
  command
      .add_option("--hide-classes", o.hide_classes,
                  "share of isomorphism classes hidden from training")
      ->capture_default_str();
  command.add_flag("--no-labels", o.no_labels,
                   "leave classes and ranks of the labels out of the model file");
  command.add_option("--max-seconds", t.max_seconds,
                     "train for this long (default 120 without --epochs)");
  command.add_option("--epochs", t.epochs, "train for this many passes over the architectures");
  command.add_option("--seed", t.seed, "seed")->capture_default_str();
  command.add_option("--threads", t.threads,
                     "threads; 0: all processors; never changes the result of --epochs");
  command.add_flag("--resume", o.resume, "continue from OUT.checkpoint if it is there");
  command.add_option("--json", o.json, "write the training record to FILE");
  command.add_option("--batch", t.batch, "graphs a step (paper profile: 4)");
  command.add_option("--learning-rate", t.learning_rate, "peak of the cosine rate (fast profile)")
      ->capture_default_str();
  command.add_option("--width", t.denoiser.width, "features a node (fast profile)")
      ->capture_default_str();
  command.add_option("--layers", t.denoiser.layers, "layers (fast profile)")->capture_default_str();
  command.add_option("--diffusion-steps", t.diffusion_steps, "T of marginal and uniform noise")
      ->capture_default_str();
}

}  // namespace

int run_app(int argc, char** argv, Runtime& runtime, Console& console) {
  CLI::App app("dinas generates neural architectures that meet numeric bounds.");
  app.name("dinas");
  app.set_version_flag("--version", std::string("dinas ") + DINAS_VERSION);
  app.require_subcommand(1);
  app.fallthrough(false);

  SpacesOptions spaces;
  CLI::App* spaces_command =
      app.add_subcommand("spaces", "list the search spaces and what they can compute");
  spaces_command->add_flag("--json", spaces.json, "as JSON");

  TableInfoOptions table;
  CLI::App* table_command = app.add_subcommand("table", "look at benchmark tables");
  table_command->require_subcommand(1);
  CLI::App* info_command =
      table_command->add_subcommand("info", "columns, ranges and problems of tables");
  info_command->add_option("files", table.files, "[PREFIX=]FILE...")->required();
  info_command->add_option("--space", table.space, "search space")->capture_default_str();

  TrainCommandOptions train;
  train.train.threads = 0;
  CLI::App* train_command = app.add_subcommand("train", "train a model on a table");
  add_train(*train_command, train);

  GenerateOptions generate;
  CLI::App* generate_command =
      app.add_subcommand("generate", "generate architectures that meet bounds");
  add_sampling(*generate_command, generate.sampling);
  generate_command->add_option("--count", generate.count, "architectures to generate")->required();
  generate_command->add_flag("--unique", generate.unique, "no architecture twice");
  generate_command->add_flag("--guarantee", generate.guarantee,
                             "draw until COUNT architectures are known to keep every bound");
  generate_command->add_option("--table", generate.tables,
                               "[PREFIX=]FILE: add known metrics, mark kept bounds");
  generate_command->add_option("--format", generate.format, "jsonl, csv or text")
      ->capture_default_str();
  generate_command->add_option("--out", generate.out, "file to write (default: standard output)");

  EvaluateCommandOptions evaluate;
  CLI::App* evaluate_command =
      app.add_subcommand("evaluate", "measure what a model's samples are worth, beside controls");
  add_sampling(*evaluate_command, evaluate.sampling);
  evaluate_command->add_option(
      "--table", evaluate.tables,
      "[PREFIX=]FILE with the true metrics; without it the metrics the space computes are used");
  evaluate_command->add_option("--queries", evaluate.queries, "architectures evaluated a repeat")
      ->capture_default_str();
  evaluate_command->add_option("--repeats", evaluate.repeats, "repeats")->capture_default_str();
  evaluate_command
      ->add_option("--coverage-draws", evaluate.coverage_draws,
                   "draws in which coverage is counted")
      ->capture_default_str();
  evaluate_command
      ->add_option("--select", evaluate.select, "METRIC[:max|min] by which one of the queries is chosen")
      ->required();
  evaluate_command->add_option("--report", evaluate.report,
                               "METRIC[:max|min] of the chosen one that is reported (default: the selected)");
  evaluate_command->add_option("--json", evaluate.json, "write the result to FILE as JSON");

  InspectOptions inspect;
  CLI::App* inspect_command = app.add_subcommand("inspect", "describe a model file");
  inspect_command->add_option("model", inspect.model, "model file")->required();
  inspect_command->add_flag("--json", inspect.json, "as JSON");

  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& e) {
    return app.exit(e);
  } catch (const CLI::CallForAllHelp& e) {
    return app.exit(e);
  } catch (const CLI::CallForVersion& e) {
    return app.exit(e);
  } catch (const CLI::ParseError& e) {
    throw UsageError(std::string(e.what()) + "; see 'dinas --help'");
  }
  if (spaces_command->parsed()) run_spaces(spaces, console);
  if (info_command->parsed()) run_table_info(table, console);
  if (train_command->parsed()) {
    if (train.train.epochs == 0 && train_command->count("--max-seconds") == 0)
      train.train.max_seconds = 120.0;
    train.batch_given = train_command->count("--batch") > 0;
    run_train(train, runtime, console);
  }
  if (generate_command->parsed()) run_generate(generate, runtime, console);
  if (evaluate_command->parsed()) run_evaluate(evaluate, runtime, console);
  if (inspect_command->parsed()) run_inspect(inspect, console);
  return 0;
}

}  // namespace dinas
