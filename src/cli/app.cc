// The program's arguments, down to its commands.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdint>

#include "base/error.h"
#include "cli/bind.h"
#include "cli/commands.h"
#include "cli/environment.h"

namespace dinas {
namespace {

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

std::string valid_seed(const std::string& text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool good = error == std::errc() && end == text.data() + text.size();
  return good ? std::string() : "expected a whole number from 0 to 2^64 - 1, found '" + text + "'";
}

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
  add_measure(app, console);
  add_train_network(app, console);
  add_search(app, console);
  add_study(app, console);
  add_reproduce(app, runtime, console);
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
