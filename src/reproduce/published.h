// What has been published on the method: figures with their sources, and what it takes to check
// them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dinas {

/// One figure. Accuracies in percent.
struct PublishedFigure {
  std::string benchmark;  // as `dinas reproduce` names it
  std::string row;        // the experiments it stands beside: "cifar10", "" for all
  std::string method;     // "DiNAS" or a competing row
  std::string quantity;   // "val", "test", "search time, s"
  double value = 0.0;
  std::optional<double> spread;  // after the +-, as printed
  std::string architectures;     // trained architectures that the source states; empty: not stated
  std::string source;            // key of published_sources()
  std::string caveat;            // empty: none
  std::string column;  // a table with this column can check it; empty: none that dinas reads
  std::string file;    // the official file that has what the check needs
};

/// Every figure of a benchmark, in the order of the sources; empty where none was found.
std::vector<PublishedFigure> published_figures(std::string_view benchmark);

struct PublishedSource {
  std::string key, title;
};
/// What the keys of PublishedFigure::source stand for.
const std::vector<PublishedSource>& published_sources();

/// What the paper reports of a benchmark whose values could not be obtained, one sentence each.
std::vector<std::string> values_not_found(std::string_view benchmark);

/// "94.37 +- 0.00 (EDNAG)".
std::string print_figure(const PublishedFigure& figure);

}  // namespace dinas
