// HW-NAS-Bench-v1_0.pickle: space -> data set -> metric -> a number for each cell, and under
// "config" the cell (hw_nas_bench_api.py of GATECH-EIC/HW-NAS-Bench).
#include <fmt/format.h>

#include <array>

#include "base/error.h"
#include "import/formats.h"
#include "import/pickle_file.h"
#include "import/table_text.h"
#include "space/space.h"

namespace dinas {
namespace {

struct HardwareMetric {
  std::string_view official;
  std::string_view column;
};

constexpr std::array<HardwareMetric, 10> kMetrics = {{
    {"edgegpu_latency", "edgegpu_latency_ms"},
    {"edgegpu_energy", "edgegpu_energy_mj"},
    {"raspi4_latency", "raspi4_latency_ms"},
    {"edgetpu_latency", "edgetpu_latency_ms"},
    {"pixel3_latency", "pixel3_latency_ms"},
    {"eyeriss_latency", "eyeriss_latency_ms"},
    {"eyeriss_energy", "eyeriss_energy_mj"},
    {"eyeriss_arithmetic_intensity", "eyeriss_arithmetic_intensity"},
    {"fpga_latency", "fpga_latency_ms"},
    {"fpga_energy", "fpga_energy_mj"},
}};

struct DataSet {
  std::string_view official;
  std::string_view prefix;
};

constexpr std::array<DataSet, 3> kDataSets = {
    {{"cifar10", "cifar10"}, {"cifar100", "cifar100"}, {"ImageNet16-120", "imagenet16_120"}}};

// The same in the lists of all data sets.
std::string cell_at(const PickleView& cells, std::size_t index, const Space& space) {
  std::string cell;
  for (const DataSet& data_set : kDataSets) {
    const PickleView configs = cells.member(data_set.official).member("config");
    const PickleView notation = configs.item(index).member("arch_str");
    std::string why;
    if (cell.empty() && !space.parse(notation.text(), why)) {
      notation.fail(fmt::format("a cell of NAS-Bench-201 ({})", why));
    }
    if (cell.empty()) cell = notation.text();
    if (notation.text() != cell) {
      notation.fail(fmt::format("'{}' as in {}", cell, kDataSets.front().official));
    }
  }
  return cell;
}

}  // namespace

std::string import_hw_nas_bench(const std::vector<std::string>& paths) {
  if (paths.size() != 1) throw UsageError("expected one file of HW-NAS-Bench, found several");
  const PickleValue value = read_pickle_file(paths.front());
  const PickleView cells = PickleView(value, paths.front()).member("nasbench201");
  const PickleView configs = cells.member(kDataSets.front().official).member("config");
  std::vector<std::string> names = {"index", "arch_str"};
  std::vector<PickleView> columns;
  for (const DataSet& data_set : kDataSets) {
    const PickleView measured = cells.member(data_set.official);
    for (const HardwareMetric& metric : kMetrics) {
      if (!measured.has(metric.official)) continue;
      const PickleView values = measured.member(metric.official);
      if (values.size() != configs.size()) {
        values.fail(fmt::format("a value for each of {} cells", configs.size()));
      }
      names.push_back(fmt::format("{}_{}", data_set.prefix, metric.column));
      columns.push_back(values);
    }
  }
  if (columns.empty()) cells.fail("a metric such as edgegpu_latency in a data set");
  const auto space = find_space("nasbench201");
  TableText table(paths.front(), names, kLongestSmallTable);
  for (std::size_t i = 0; i < configs.size(); ++i) {
    table.number(static_cast<double>(i));
    table.text(cell_at(cells, i, *space));
    for (const PickleView& column : columns) {
      const double number = column.number_at(i);
      // -1: the device could not run the cell.
      table.number(number == -1.0 ? kMissing : number);
    }
    table.end_row();
  }
  return std::move(table).take();
}

}  // namespace dinas
