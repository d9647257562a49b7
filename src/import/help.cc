// Latency lists of HELP: DEVICE.pt, a list with a number for each architecture, beside the file
// that says which these are: str_arch2idx.pt (NAS-Bench-201: cell -> number), arch.pt or
// metainfo.pt (FBNet) or ofa_archs.pt (Once-for-All). HayeonLee/HELP, folder data.
#include <fmt/format.h>

#include <filesystem>
#include <optional>

#include "base/error.h"
#include "import/formats.h"
#include "import/pickle_file.h"
#include "import/table_text.h"

namespace dinas {
namespace {

// What is before the latencies of a row.
struct Architectures {
  std::vector<std::string> names;
  std::vector<std::vector<std::string>> rows;
};

std::string joined(const PickleView& list) {
  std::string text;
  for (std::size_t i = 0; i < list.size(); ++i) {
    text += fmt::format("{}{}", i == 0 ? "" : " ", list.number_at(i));
  }
  return text;
}

Architectures cells_by_number(const PickleView& numbers) {
  Architectures found{{"arch_str"}, {}};
  const auto& entries = numbers.dict().entries;
  found.rows.resize(entries.size());
  for (const auto& [key, value] : entries) {
    const PickleView number = numbers.inner(value, "a number");
    const double index = number.number();
    if (!(index >= 0.0 && index < static_cast<double>(entries.size()))) {
      number.fail(fmt::format("a number below {}", entries.size()));
    }
    found.rows[static_cast<std::size_t>(index)] = {numbers.inner(key, "a cell").text()};
  }
  for (const auto& row : found.rows) {
    if (row.empty()) numbers.fail("every number once");
  }
  return found;
}

Architectures blocks(const PickleView& list, bool named) {
  Architectures found;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const PickleView operations = named ? list.item(i).member("op_idx_list") : list.item(i);
    if (i == 0) {
      for (std::size_t b = 1; b <= operations.size(); ++b)
        found.names.push_back(fmt::format("b{}", b));
    }
    if (operations.size() != found.names.size()) {
      operations.fail(fmt::format("{} blocks", found.names.size()));
    }
    std::vector<std::string> row;
    for (std::size_t b = 0; b < operations.size(); ++b) {
      row.push_back(fmt::format("{}", operations.number_at(b)));
    }
    found.rows.push_back(std::move(row));
  }
  return found;
}

Architectures sub_networks(const PickleView& list) {
  Architectures found{{"kernel_sizes", "expand_ratios", "depths", "resolution"}, {}};
  for (std::size_t i = 0; i < list.size(); ++i) {
    const PickleView network = list.item(i);
    found.rows.push_back({joined(network.member("ks")), joined(network.member("e")),
                          joined(network.member("d")),
                          fmt::format("{}", network.member("r").number())});
  }
  return found;
}

// nullopt for a list of latencies.
std::optional<Architectures> read_architectures(const PickleView& value) {
  if (value.is_dict()) {
    if (!value.has("arch")) return cells_by_number(value);
    const PickleView list = value.member("arch");
    if (list.size() > 0 && list.item(0).has("ks")) return sub_networks(list);
    return blocks(list, true);
  }
  if (value.is_list() && value.size() > 0 && value.item(0).is_list()) return blocks(value, false);
  return std::nullopt;
}

struct Latencies {
  std::string file;
  PickleValue value;

  [[nodiscard]] PickleView view() const { return {value, file}; }
};

std::string write_table(const Architectures& architectures, const std::vector<Latencies>& devices) {
  std::vector<std::string> header = {"index"};
  header.insert(header.end(), architectures.names.begin(), architectures.names.end());
  std::vector<PickleView> lists;
  for (const Latencies& device : devices) {
    header.push_back(std::filesystem::path(device.file).stem().string() + "_ms");
    lists.push_back(device.view());
    if (lists.back().size() != architectures.rows.size()) {
      lists.back().fail(fmt::format("{} latencies", architectures.rows.size()));
    }
  }
  TableText table(header);
  for (std::size_t row = 0; row < architectures.rows.size(); ++row) {
    table.number(static_cast<double>(row));
    for (const std::string& field : architectures.rows[row]) table.text(field);
    for (const PickleView& list : lists) table.number(list.number_at(row));
    table.end_row();
  }
  return std::move(table).take();
}

}  // namespace

std::string import_help(const std::vector<std::string>& paths) {
  std::optional<Architectures> architectures;
  std::vector<Latencies> devices;
  for (const std::string& path : paths) {
    PickleValue value = read_pickle_file(path);
    auto found = read_architectures(PickleView(value, path));
    if (!found) {
      devices.push_back({path, std::move(value)});
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
