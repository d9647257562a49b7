// What became of the cells of NAS-Bench-201: a training set, a number of epochs and a seed each, as
// the state of ArchResults and ResultsCount (nats_bench/api_utils.py) has them.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "import/pickle_value.h"
#include "import/table_text.h"
#include "space/space.h"

namespace dinas {

/// A training set and what is asked of the networks trained on it; columns are named after it.
struct TrainedSet {
  std::string_view official;
  std::string_view name;
  std::string_view valid;  // evaluation set; empty: none
  std::string_view test;
  std::string_view valid_column;
  std::string_view test_column;
};

inline constexpr std::array<TrainedSet, 4> kTrainedSets = {{
    {"cifar10-valid", "cifar10valid", "x-valid", "ori-test", "cifar10_valid", "cifar10valid_test"},
    {"cifar10", "cifar10", "", "ori-test", "", "cifar10_test"},
    {"cifar100", "cifar100", "x-valid", "x-test", "cifar100_valid", "cifar100_test"},
    {"ImageNet16-120", "imagenet16_120", "x-valid", "x-test", "imagenet16_120_valid",
     "imagenet16_120_test"},
}};

inline constexpr std::array<int, 2> kTrainingEpochs = {12, 200};

/// In percent.
struct SeedAccuracy {
  double mean = kMissing;   // over the seeds
  double first = kMissing;  // of the first seed
};

/// Of one training set and number of epochs.
struct TrainingOutcome {
  bool read = false;
  SeedAccuracy valid;
  SeedAccuracy test;
  double time_s = kMissing;
  double macs_m = kMissing;
  double params_m = kMissing;
  double latency_ms = kMissing;
};

/// By number of epochs and training set.
struct CellOutcomes {
  std::string notation;
  std::array<std::array<TrainingOutcome, kTrainedSets.size()>, kTrainingEpochs.size()> outcomes;
};

/// Takes the results of cells out of a file while it is read.
class ArchResultsReader {
 public:
  explicit ArchResultsReader(std::string file)
      : file_(std::move(file)), space_(find_space("nasbench201")) {}

  /// What ArchResults wrote goes to `cells`, by its number, and out of `dict`; other dictionaries,
  /// those of more than 64 keys too, stay as they are. `offset` is how far the file is read. Throws
  /// Error with the file and the way to a value that is not as it must be, for results of a cell
  /// that come twice, and where a small file refers to large values so often that reading them
  /// takes longer than a file of the benchmark does.
  void take(PickleDict& dict, std::uint64_t offset, std::map<std::int64_t, CellOutcomes>& cells);

 private:
  void take(const PickleView& view, std::size_t set, std::uint64_t offset, CellOutcomes& cell);

  std::string file_;
  std::shared_ptr<const Space> space_;
  std::uint64_t looked_at_ = 0;  // values
};

}  // namespace dinas
