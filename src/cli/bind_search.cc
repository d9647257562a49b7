#include <CLI/CLI.hpp>
#include <memory>

#include "cli/bind.h"
#include "cli/commands.h"

namespace dinas {
namespace {

void bind_definition(CLI::App& command, DefinitionOptions& o) {
  command.add_option("--space", o.space, "search space, see 'dinas spaces'");
  command.add_option("--maximize", o.maximize,
                     "metric to be high; repeat, or add --minimize, for several objectives");
  command.add_option("--minimize", o.minimize, "metric to be low");
  command.add_option("--where", o.where,
                     "bound that results keep: \"METRIC <= V\" or \"METRIC >= V\"; repeat");
  command.add_option("--metric-level", o.levels,
                     "METRIC:class where isomorphic architectures share it (default: cell); "
                     "repeat");
  command.add_option("--method", o.method, "what proposes architectures (default: dinas)");
  command.add_option("--seed", o.seed, "seed of the method (default: 0)")->check(valid_seed);
}

void bind_evaluation(CLI::App& command, SearchCommandOptions& o) {
  command.add_option("--table", o.tables,
                     "[PREFIX=]FILE that knows the metrics; repeat to join; without it and "
                     "--evaluate they are those that the space computes");
  command.add_option("--evaluate", o.evaluate,
                     "command that evaluates one architecture, {arch} in it becomes the quoted "
                     "notation; prints {\"METRIC\": VALUE}. \"measure:ARGUMENTS\" is 'dinas "
                     "measure' with these arguments");
  command.add_option("--workers", o.workers, "evaluations at the same time (--evaluate)")
      ->capture_default_str();
  command.add_option("--time-limit", o.time_limit,
                     "seconds after which an evaluation is killed (--evaluate)");
  command.add_option("--retries", o.retries, "how often a failed evaluation is tried again")
      ->capture_default_str();
}

void add_study_create(CLI::App& study, Console& console) {
  CLI::App* command = study.add_subcommand("create", "begin a study, for evaluation by hand");
  const auto options = std::make_shared<StudyCreateOptions>();
  command->add_option("study", options->study, "file to create")->required();
  bind_definition(*command, options->definition);
  command->callback([options, &console] { run_study_create(*options, console); });
}

void add_study_ask(CLI::App& study, Console& console) {
  CLI::App* command = study.add_subcommand("ask", "architectures to be evaluated next");
  const auto options = std::make_shared<StudyAskOptions>();
  command->add_option("study", options->study, "study")->required();
  command->add_option("--count", options->count, "how many")->capture_default_str();
  command->add_flag("--json", options->json, "JSON Lines, with the graph");
  command->callback([options, &console] { run_study_ask(*options, console); });
}

void add_study_tell(CLI::App& study, Console& console) {
  CLI::App* command = study.add_subcommand("tell", "what came of an evaluation");
  const auto options = std::make_shared<StudyTellOptions>();
  command->add_option("study", options->study, "study")->required();
  command->add_option("id", options->id, "the architecture's number, from 'ask'")->required();
  command->add_option("values", options->values,
                      "METRIC=VALUE...; none: a JSON object on standard input");
  CLI::Option* failed =
      command->add_option("--failed", options->failed, "it failed, for this reason");
  command->add_flag("--retry", options->retry, "ask for it again")->needs(failed);
  command->callback([options, &console] { run_study_tell(*options, console); });
}

void add_study_read(CLI::App& study, const char* name, const char* description,
                    void (*run)(const StudyReadOptions&, Console&), Console& console) {
  CLI::App* command = study.add_subcommand(name, description);
  const auto options = std::make_shared<StudyReadOptions>();
  command->add_option("study", options->study, "study")->required();
  if (run == run_study_best) command->add_flag("--json", options->json, "as JSON");
  if (run == run_study_export) {
    command->add_option("--out", options->out, "file to write (default: standard output)");
  }
  command->callback([options, run, &console] { run(*options, console); });
}

}  // namespace

void add_search(CLI::App& app, Console& console) {
  CLI::App* command =
      app.add_subcommand("search", "find the best architecture with few evaluations");
  const auto options = std::make_shared<SearchCommandOptions>();
  command->add_option("--study", options->study,
                      "file that keeps the search; where it exists, the search continues");
  bind_definition(*command, options->definition);
  bind_evaluation(*command, *options);
  command->add_option("--budget", options->budget, "evaluations in all, without imported ones")
      ->required();
  command->add_option("--batch", options->batch,
                      "architectures asked of the method at a time (default: the method's own)");
  command->add_option("--model", options->model,
                      "model that --method dinas starts from; give it again to continue");
  command->add_option("--import", options->imports,
                      "[PREFIX=]FILE with metrics that are known already; repeat to join");
  command->add_flag("--json", options->json, "print the result as JSON");
  command->callback([options, &console] { run_search(*options, console); });
}

void add_study(CLI::App& app, Console& console) {
  CLI::App* study = app.add_subcommand("study", "look into a search, or evaluate by hand");
  study->require_subcommand(1);
  add_study_create(*study, console);
  add_study_ask(*study, console);
  add_study_tell(*study, console);
  add_study_read(*study, "show", "what a study is about and how far it is", run_study_show,
                 console);
  add_study_read(*study, "best", "the best architectures so far", run_study_best, console);
  add_study_read(*study, "export", "all architectures and metrics as CSV", run_study_export,
                 console);
}

}  // namespace dinas
