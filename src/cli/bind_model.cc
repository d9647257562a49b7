// What works with a trained model.
#include <CLI/CLI.hpp>
#include <memory>

#include "cli/bind.h"
#include "cli/commands.h"

namespace dinas {
namespace {

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

}  // namespace

void add_generate(CLI::App& app, Runtime& runtime, Console& console) {
  CLI::App* command = app.add_subcommand("generate", "generate architectures that meet bounds");
  const auto options = std::make_shared<GenerateOptions>();
  bind_sampling(*command, options->sampling);
  command->add_option("--count", options->count, "architectures to generate")->required();
  command->add_flag("--unique", options->unique,
                    "no architecture twice, of class-level metrics no network twice");
  command->add_flag("--guarantee", options->guarantee,
                    "draw until COUNT architectures are known to keep every bound that can be "
                    "checked");
  command->add_option(
      "--rank", options->rank,
      "METRIC[:max|min] of a table: write first what its labels let expect most of");
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

}  // namespace dinas
