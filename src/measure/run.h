// Measures a list of architectures, row by row.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "measure/meter.h"
#include "measure/row_file.h"

namespace dinas {

using Meters = std::vector<std::unique_ptr<Meter>>;

/// The columns of all meters, in their order.
std::vector<std::string> columns_of(const Meters& meters);

/// The values of all meters for one architecture. A meter that fails leaves NaN in its columns and
/// its reason, after the ones before it, in `failure`. Throws UsageError where the request makes no
/// sense for any architecture.
std::vector<double> measure_one(const Meters& meters, const Architecture& architecture,
                                std::string& failure);

struct MeasureProgress {
  std::size_t done = 0;                               // rows of the list that are in the file
  std::size_t total = 0;                              // of the list
  std::size_t measured = 0;                           // by this run
  std::size_t failed = 0;                             // by this run
  const Architecture* failed_architecture = nullptr;  // the last one, if it failed
  std::string failure;
};

/// Called after every row, one call at a time; false ends the run after what is being measured.
using MeasureObserver = std::function<bool(const MeasureProgress&)>;

/// Measures what `list` has and `file` has not, or not all columns of, `workers` architectures at a
/// time, and sorts the file. Returns false where the observer ended the run.
bool measure_list(const std::vector<Architecture>& list, const Meters& meters, RowFile& file,
                  int workers, const MeasureObserver& observer);

}  // namespace dinas
