#include "measure/run.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <mutex>
#include <new>

#include "base/error.h"
#include "base/parallel.h"

namespace dinas {

std::vector<std::string> columns_of(const Meters& meters) {
  std::vector<std::string> names;
  for (const auto& meter : meters) {
    names.insert(names.end(), meter->columns().begin(), meter->columns().end());
  }
  return names;
}

std::vector<double> measure_one(const Meters& meters, const Architecture& architecture,
                                std::string& failure) {
  std::vector<double> values;
  for (const auto& meter : meters) {
    const std::size_t first = values.size();
    std::string why;
    try {
      const std::vector<double> found = meter->measure(architecture);
      values.insert(values.end(), found.begin(), found.end());
    } catch (const UsageError&) {
      throw;  // the request is wrong, for every architecture
    } catch (const Error& error) {
      why = error.what();
    } catch (const std::bad_alloc&) {
      why = "not enough memory for " + meter->columns().front();
    }
    values.resize(first + meter->columns().size(), std::numeric_limits<double>::quiet_NaN());
    if (why.empty()) continue;
    failure += (failure.empty() ? "" : "; ") + why;
  }
  return values;
}

bool measure_list(const std::vector<Architecture>& list, const Meters& meters, RowFile& file,
                  int workers, const MeasureObserver& observer) {
  std::vector<const Architecture*> open;
  for (const Architecture& architecture : list) {
    const auto row = file.row(architecture);
    const bool whole = row && std::ranges::none_of(*row, [](double v) { return std::isnan(v); });
    if (!whole) open.push_back(&architecture);
  }
  MeasureProgress progress;
  progress.total = list.size();
  progress.done = list.size() - open.size();
  std::mutex mutex;
  std::atomic<bool> going{true};
  parallel_for(open.size(), workers, [&](std::size_t item, int) {
    if (!going) return;
    std::string failure;
    const std::vector<double> values = measure_one(meters, *open[item], failure);
    file.append(*open[item], values);
    const std::scoped_lock lock(mutex);
    ++progress.done;
    ++progress.measured;
    progress.failed_architecture = failure.empty() ? nullptr : open[item];
    if (!failure.empty()) ++progress.failed;
    progress.failure = std::move(failure);
    if (!observer(progress)) going = false;
  });
  file.finish(list);
  return going;
}

}  // namespace dinas
