// How long a large table takes to load, from its CSV file and from the cache, and to look up.
//
// The table has one cell of every class of NAS-Bench-101 and made-up metrics; it is written to
// FOLDER first. Every row is looked up once, in an order without pattern. The best of --repeats
// counts, by the clock; the files are in the system's memory.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <iostream>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/file.h"
#include "table/table.h"

namespace dinas {
namespace {

struct Settings {
  std::string folder;
  int metrics = 10;
  int repeats = 3;
};

std::string write_csv(const Settings& s, const Space& space) {
  const auto cells = space.representatives();
  if (!cells) throw Error("expected a space whose classes can be listed");
  std::string csv = "cell";
  for (int m = 0; m < s.metrics; ++m) csv += fmt::format(",metric_{}", m);
  std::uint64_t row = 0;
  for (const Architecture& cell : *cells) {
    std::string text = space.print(cell);
    for (std::size_t at = 0; (at = text.find('"', at)) != std::string::npos; at += 2) {
      text.insert(at, 1, '"');
    }
    csv += fmt::format("\n\"{}\"", text);
    for (int m = 0; m < s.metrics; ++m) {
      csv += fmt::format(
          ",{:.6g}",
          80.0 + static_cast<double>((row * 7919 + static_cast<unsigned>(m)) % 100003) / 1e4);
    }
    ++row;
  }
  const std::string path = s.folder + "/nasbench101.csv";
  write_file(path, csv + "\n");
  return path;
}

double best_seconds(int repeats, const std::function<void()>& work) {
  double best = 1e9;
  for (int i = 0; i < repeats; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
    best = std::min(best, taken.count());
  }
  return best;
}

// Looks up `rows` rows; find(row) has to find it.
double seconds_to_find(const Settings& s, std::size_t rows,
                       const std::function<std::optional<std::size_t>(std::size_t)>& find) {
  constexpr std::size_t stride = 100'003;  // a prime that does not divide the number of rows
  return best_seconds(s.repeats, [&] {
    for (std::size_t i = 0; i < rows; ++i) {
      const std::size_t row = i * stride % rows;
      DINAS_CHECK(find(row) == row);
    }
  });
}

void run(const Settings& s) {
  const auto space = find_space("nasbench101");
  const std::string path = write_csv(s, *space);
  const TableCache cache{s.folder + "/cache"};
  std::filesystem::remove_all(cache.folder);
  const double from_csv = best_seconds(s.repeats, [&] { load_tables({path}, space); });
  const double making = best_seconds(1, [&] { load_tables({path}, space, cache); });
  const double from_cache = best_seconds(s.repeats, [&] { load_tables({path}, space, cache); });
  const Table table = load_tables({path}, space, cache);
  const double by_class = seconds_to_find(
      s, table.rows(), [&](std::size_t row) { return table.find_class(table.class_of(row)); });
  const double by_architecture = seconds_to_find(
      s, table.rows(), [&](std::size_t row) { return table.find(table.architecture(row)); });
  std::cout << fmt::format("{} rows, {} metrics, {} MB of CSV\n", table.rows(), s.metrics,
                           std::filesystem::file_size(path) / 1'000'000);
  std::cout << fmt::format("from the CSV file {:.3f} s, and making the cache {:.3f} s\n", from_csv,
                           making);
  std::cout << fmt::format("from the cache    {:.3f} s\n", from_cache);
  std::cout << fmt::format("{} look-ups by class {:.3f} s, by architecture {:.3f} s\n",
                           table.rows(), by_class, by_architecture);
}

}  // namespace
}  // namespace dinas

int main(int argc, char** argv) {
  CLI::App app("time to load a table of all NAS-Bench-101 classes");
  dinas::Settings settings;
  app.add_option("folder", settings.folder, "FOLDER for the files")->required();
  app.add_option("--metrics", settings.metrics, "columns")->capture_default_str();
  app.add_option("--repeats", settings.repeats, "loads of each kind")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    dinas::run(settings);
    return 0;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
