// Latency lists of HELP: DEVICE.pt, a list with a number for each architecture, beside the file
// that says which these are: str_arch2idx.pt (NAS-Bench-201: cell -> number), arch.pt or
// metainfo.pt (FBNet) or ofa_archs.pt (Once-for-All). HayeonLee/HELP, folder data.
#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <filesystem>
#include <functional>
#include <optional>

#include "base/error.h"
#include "import/formats.h"
#include "import/pickle_file.h"
#include "import/table_text.h"

namespace dinas {
namespace {

// Blocks of a network, entries of a list of a sub-network: none has more than a few dozen.
constexpr std::size_t kMostBlocks = 1000;

// What is before the latencies of a row. Rows are written from the file's own values: lists that
// refer to one another many times would fill the memory.
struct Architectures {
  std::vector<std::string> names;
  std::size_t count = 0;
  std::function<void(std::size_t, TableText&)> write;
};

std::size_t block_count(const PickleView& list) {
  if (list.size() > kMostBlocks) list.fail(fmt::format("at most {} entries", kMostBlocks));
  return list.size();
}

std::string joined(const PickleView& list) {
  std::string text;
  for (std::size_t i = 0; i < block_count(list); ++i) {
    text += fmt::format("{}{}", i == 0 ? "" : " ", list.number_at(i));
  }
  return text;
}

Architectures cells_by_number(const PickleView& numbers) {
  const auto& entries = numbers.dict().entries;
  std::vector<const PickleValue*> cells(entries.size());
  for (const auto& [key, value] : entries) {
    const auto last = static_cast<std::int64_t>(entries.size()) - 1;
    cells[static_cast<std::size_t>(numbers.inner(value, "a number").integer(0, last))] = &key;
  }
  for (const PickleValue* cell : cells) {
    if (!cell) numbers.fail("every number once");
  }
  const auto write = [numbers, cells = std::move(cells)](std::size_t row, TableText& table) {
    table.text(numbers.inner(*cells[row], "a cell").text());
  };
  return {{"arch_str"}, entries.size(), write};
}

Architectures blocks(const PickleView& list, bool named) {
  const auto row_at = [list, named](std::size_t row) {
    return named ? list.item(row).member("op_idx_list") : list.item(row);
  };
  Architectures found;
  found.count = list.size();
  const std::size_t count = found.count == 0 ? 0 : block_count(row_at(0));
  for (std::size_t b = 1; b <= count; ++b) found.names.push_back(fmt::format("b{}", b));
  found.write = [row_at, count](std::size_t row, TableText& table) {
    const PickleView operations = row_at(row);
    if (operations.size() != count) operations.fail(fmt::format("{} blocks", count));
    for (std::size_t b = 0; b < count; ++b) table.number(operations.number_at(b));
  };
  return found;
}

Architectures sub_networks(const PickleView& list) {
  const auto write = [list](std::size_t row, TableText& table) {
    const PickleView network = list.item(row);
    for (const auto* part : {"ks", "e", "d"}) table.text(joined(network.member(part)));
    table.number(network.member("r").number());
  };
  return {{"kernel_sizes", "expand_ratios", "depths", "resolution"}, list.size(), write};
}

// Of a value that outlives it. nullopt for a list of latencies.
std::optional<Architectures> read_architectures(const PickleView& value) {
  if (value.is_dict()) {
    if (!value.dict().find("arch")) return cells_by_number(value);
    const PickleView list = value.member("arch");
    if (list.size() > 0 && list.item(0).has("ks")) return sub_networks(list);
    return blocks(list, true);
  }
  const bool numbers = value.is_array() || !value.is_list() || value.size() == 0;
  if (numbers || !value.item(0).is_list()) return std::nullopt;
  return blocks(value, false);
}

struct Latencies {
  std::string file;
  PickleView values;
};

std::string write_table(const Architectures& architectures, const std::vector<Latencies>& devices) {
  std::vector<std::string> header = {"index"};
  header.insert(header.end(), architectures.names.begin(), architectures.names.end());
  for (const auto& [file, values] : devices) {
    header.push_back(std::filesystem::path(file).stem().string() + "_ms");
    if (std::ranges::count(header, header.back()) > 1) {
      throw UsageError(
          fmt::format("expected latency lists of different names, found {} twice: "
                      "rename {}",
                      header.back(), file));
    }
    if (values.size() != architectures.count) {
      values.fail(fmt::format("{} latencies", architectures.count));
    }
  }
  TableText table(devices.front().file, header, kLongestSmallTable);
  for (std::size_t row = 0; row < architectures.count; ++row) {
    table.number(static_cast<double>(row));
    architectures.write(row, table);
    for (const Latencies& device : devices) table.number(device.values.number_at(row));
    table.end_row();
  }
  return std::move(table).take();
}

}  // namespace

std::string import_help(const std::vector<std::string>& paths) {
  std::optional<Architectures> architectures;
  std::vector<Latencies> devices;
  std::deque<PickleValue> values;  // those that architectures and devices look at stay in place
  for (const std::string& path : paths) {
    const PickleView value(values.emplace_back(read_pickle_file(path)), path);
    auto found = read_architectures(value);
    if (!found) {
      devices.push_back({path, value});
      continue;
    }
    if (architectures) {
      throw UsageError(
          fmt::format("expected one file that says which the architectures are, found "
                      "another: {}",
                      path));
    }
    architectures = std::move(found);
  }
  if (!architectures || devices.empty()) {
    throw UsageError(
        "expected the file of the architectures (str_arch2idx.pt, arch.pt, metainfo.pt or "
        "ofa_archs.pt) and at least one latency list (DEVICE.pt)");
  }
  return write_table(*architectures, devices);
}

}  // namespace dinas
