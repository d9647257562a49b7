// The official files of the benchmarks, as tables.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dinas {

/// One format: reads its files (or folders) and gives a table as CSV text, whose columns
/// docs/data.md lists. Readers throw Error with the file and the place for whatever is not as the
/// format has it.
struct ImportFormat {
  std::string_view name;
  std::string_view space;  // whose architectures the rows are; empty: the files say
  std::string_view files;  // what to give, one line
  std::string (*read)(const std::vector<std::string>& paths) = nullptr;
};

std::span<const ImportFormat> import_formats();
/// Throws UsageError that lists the known names.
const ImportFormat& find_import_format(std::string_view name);

// The readers, a file each.
std::string import_hw_nas_bench(const std::vector<std::string>& paths);
/// Reads NAS-Bench-201 too, whose results have the same form.
std::string import_nats_bench(const std::vector<std::string>& paths);
std::string import_nasbench301(const std::vector<std::string>& paths);
/// Files and folders of models, and tables of the cells to predict.
std::string import_nasbench301_surrogate(const std::vector<std::string>& paths);
std::string import_nasbench_nlp(const std::vector<std::string>& paths);
std::string import_help(const std::vector<std::string>& paths);
std::string import_nasbench101(const std::vector<std::string>& paths);

}  // namespace dinas
