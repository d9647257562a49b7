// The experiments of a benchmark as data: what is trained, what is asked, how often, and by which
// metric it is judged. The paper's settings stand beside the default profile's (docs/reproduce.md).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "model/config.h"

namespace dinas {

/// Network calls, architectures and repeats of an experiment.
struct SamplingSize {
  std::int64_t queries = 192;
  std::int64_t repeats = 10;
  int steps = 0;  // 0: the profile's own, which is never cut
  bool operator==(const SamplingSize&) const = default;
};

/// Bounds of which one may depend on the table.
struct AskedBounds {
  std::vector<std::string> where;
  std::string among;   // METRIC: also bounded by the value of its best `share` of the rows that
  double share = 0.0;  // keep `where`; empty: no such bound
};

/// A training. The paper profile is asked for in epochs, the default one in seconds.
struct ReproducedModel {
  std::string name;
  Profile profile = Profile::kFast;
  std::vector<std::string> metrics;  // NAME:max|min[:cell|class]
  // Paper profile: the classes are the bounds of `classes`, one for each metric, or, where it is
  // empty, the best f of each.
  double class_share = 0.0;  // f
  AskedBounds classes;
  int epochs = 0;
  double seconds = 0.0;
  std::int64_t labels = 0;  // 0: all
  std::int64_t random = 0;  // architectures drawn from the space, with what it computes of them
};

/// A selection: METRIC or METRIC:min.
struct Accounting {
  std::string select, report;
  bool operator==(const Accounting&) const = default;
};

struct Experiment {
  std::string name;
  std::string model;
  std::string row;  // of PublishedFigure
  AskedBounds asked;
  SamplingSize size;
  Accounting published;  // as the paper selects, as far as the tables have it
  Accounting honest;     // chosen by what is cheap to measure, where the tables have that
};

struct Protocol {
  std::string benchmark;
  std::string space;
  std::vector<ReproducedModel> models;
  std::vector<Experiment> experiments;  // in the order of their models
  std::vector<std::string> deviations;  // from the paper that no budget explains, one sentence each
};

/// Whether the tables have a metric of that name.
using HasMetric = std::function<bool(const std::string&)>;

/// What the tables allow of a benchmark. Throws UsageError for a name that is none of
/// reproduced_benchmarks(), and where a metric is missing without which nothing can be run.
Protocol protocol_of(std::string_view benchmark, const HasMetric& has);

/// nasbench101, nasbench201, nasbench301, nlp, hw, imagenet.
const std::vector<std::string>& reproduced_benchmarks();

/// Where a benchmark is looked for when no table is given.
struct BenchmarkData {
  std::string space;
  std::vector<std::string> files;  // below the folder of tables; empty: has to be given
  std::string remedy;              // how to get a table
};
/// Throws UsageError for an unknown benchmark.
BenchmarkData benchmark_data(std::string_view benchmark);

}  // namespace dinas
