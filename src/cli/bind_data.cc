#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/bind.h"
#include "cli/commands.h"
#include "import/formats.h"

namespace dinas {

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

  std::string formats = "format of the files:";
  for (const ImportFormat& format : import_formats()) {
    formats += fmt::format(" {} ({});", format.name, format.files);
  }
  formats.pop_back();
  CLI::App* importing =
      table->add_subcommand("import", "make a table of the official files of a benchmark");
  const auto wanted = std::make_shared<TableImportOptions>();
  importing->add_option("files", wanted->files, "FILE or folder...")->required();
  importing->add_option("--from", wanted->format, formats)->required();
  importing->add_option("--out", wanted->out, "table to write (FILE.csv or FILE.csv.gz)")
      ->required();
  importing->callback([wanted, &console] { run_table_import(*wanted, console); });
}

}  // namespace dinas
