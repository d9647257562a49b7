// nasbench_full.tfrecord and nasbench_only108.tfrecord: a JSON row a record, [hash, epochs,
// adjacency matrix as digits, operations joined by commas, base64 of the message ModelMetrics]
// (nasbench/api.py and nasbench/lib/model_metrics.proto of google-research/nasbench).
#include <fmt/format.h>

#include <array>
#include <bit>
#include <cmath>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "base/error.h"
#include "base/text.h"
#include "import/formats.h"
#include "import/table_text.h"
#include "import/tfrecord.h"
#include "import/wire.h"
#include "space/json_text.h"

namespace dinas {
namespace {

constexpr std::size_t kVertices = 7;
constexpr std::size_t kEdges = kVertices * (kVertices - 1) / 2;
constexpr std::array<int, 4> kEpochBudgets = {4, 12, 36, 108};
constexpr std::array<std::string_view, 4> kMeasured = {"train_time", "train_acc", "valid_acc",
                                                       "test_acc"};

// More than twice the 423,624 of the benchmark.
constexpr std::size_t kMostCells = 1'000'000;
constexpr std::size_t kHashSize = 32;  // hexadecimal digits of an MD5

using Measures = std::array<double, kMeasured.size()>;

// What a message says of the end of one training.
struct TrainingEnd {
  Measures last{kMissing, kMissing, kMissing, kMissing};
  double params = kMissing;
};

struct Runs {
  Measures sum{};
  Measures first{};
  int count = 0;
};

struct Cell {
  std::string notation;  // digits of the upper triangle, then the seven vertices
  double params = kMissing;
  std::array<Runs, kEpochBudgets.size()> runs;
};

// EvaluationData: 1 epoch, 2 time, 3 train, 4 validation, 5 test, all doubles.
Measures read_evaluation(std::string_view message) {
  Measures measures{kMissing, kMissing, kMissing, kMissing};
  WireReader reader(message);
  while (const auto field = reader.next()) {
    if (field->number < 2 || field->number > 5) continue;
    if (field->type != 1) throw Error("expected a double in the metrics, found another type");
    measures.at(field->number - 2) = std::bit_cast<double>(field->value);
  }
  return measures;
}

// ModelMetrics: 1 evaluations (at the start, half-way and at the end), 2 parameters.
TrainingEnd read_metrics(std::string_view message) {
  constexpr int evaluations = 3;
  TrainingEnd training;
  int count = 0;
  WireReader reader(message);
  while (const auto field = reader.next()) {
    if (field->number == 1 && field->type == 2) {
      training.last = read_evaluation(field->bytes);
      ++count;
    }
    if (field->number == 2 && field->type == 0) {
      training.params = static_cast<double>(static_cast<std::int64_t>(field->value));
    }
  }
  if (count != evaluations) {
    throw Error(fmt::format("expected {} evaluations of a training, found {}", evaluations, count));
  }
  return training;
}

char vertex_digit(std::string_view operation) {
  static constexpr std::array<std::string_view, 5> names = {
      "input", "conv1x1-bn-relu", "conv3x3-bn-relu", "maxpool3x3", "output"};
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names.at(i) == operation) return static_cast<char>('1' + i);
  }
  throw Error(fmt::format("expected an operation of NAS-Bench-101, found '{}'", shown(operation)));
}

// The columns adj_upper and v1 to v7, in the same order of vertices; absent vertices come last.
std::string read_cell(std::string_view matrix, std::string_view operations) {
  std::string vertices;
  while (true) {
    const std::size_t comma = operations.find(',');
    vertices += vertex_digit(operations.substr(0, comma));
    if (comma == std::string_view::npos) break;
    operations.remove_prefix(comma + 1);
  }
  const std::size_t size = vertices.size();
  if (size > kVertices || matrix.size() != size * size) {
    throw Error(
        fmt::format("expected a matrix of at most {0} x {0} with an operation a row, found "
                    "{1} digits and {2} operations",
                    kVertices, matrix.size(), size));
  }
  if (!vertices.starts_with('1') || !vertices.ends_with('5')) {
    throw Error("expected operations that begin with 'input' and end with 'output'");
  }
  std::string upper;
  for (std::size_t row = 0; row < kVertices; ++row) {
    for (std::size_t column = 0; column < kVertices; ++column) {
      const char digit = row < size && column < size ? matrix[row * size + column] : '0';
      if (digit != '0' && (digit != '1' || column <= row)) {
        throw Error(
            fmt::format("expected the digits 0 and, above the diagonal, 1 in the matrix, "
                        "found '{}' in row {} and column {}",
                        shown(std::string(1, digit)), row, column));
      }
      if (column > row) upper += digit;
    }
  }
  vertices.resize(kVertices, '0');
  return upper + vertices;
}

class Cells {
 public:
  // One record.
  void take(std::string_view text) {
    constexpr std::size_t longest_row = 1U << 16U;
    constexpr std::size_t fields = 5;
    std::string why;
    const auto row = read_json_text(text, longest_row, why);
    if (!row) throw Error(fmt::format("expected a row of JSON: {}", why));
    if (!row->is_array() || row->size() != fields || !row->at(0).is_string() ||
        !row->at(1).is_number_integer() || !row->at(2).is_string() || !row->at(3).is_string() ||
        !row->at(4).is_string()) {
      throw Error("expected a row [hash, epochs, matrix, operations, metrics]");
    }
    const auto message = decode_base64(row->at(4).get_ref<const std::string&>());
    if (!message) throw Error("expected the metrics in base64");
    const TrainingEnd training = read_metrics(*message);
    Cell& cell = find(row->at(0).get_ref<const std::string&>());
    std::string notation = read_cell(row->at(2).get_ref<const std::string&>(),
                                     row->at(3).get_ref<const std::string&>());
    if (cell.notation.empty()) {
      cell.notation = std::move(notation);
      cell.params = training.params;
    } else if (cell.notation != notation) {
      throw Error(
          fmt::format("expected the cell {} as in the records of the same hash before it, "
                      "found {}",
                      cell.notation, notation));
    }
    add(cell, row->at(1).get<std::int64_t>(), training);
  }

  [[nodiscard]] const std::vector<Cell>& cells() const { return cells_; }

 private:
  Cell& find(const std::string& hash) {
    if (hash.size() > kHashSize) {
      throw Error(fmt::format("expected a hash of at most {} characters, found {}", kHashSize,
                              hash.size()));
    }
    const auto [place, is_new] = index_.try_emplace(hash, cells_.size());
    if (cells_.size() == kMostCells && is_new) {
      throw Error(fmt::format("expected at most {} cells, found more", kMostCells));
    }
    if (is_new) cells_.emplace_back();
    return cells_[place->second];
  }
  static void add(Cell& cell, std::int64_t epochs, const TrainingEnd& training) {
    for (std::size_t i = 0; i < kEpochBudgets.size(); ++i) {
      if (kEpochBudgets.at(i) != epochs) continue;
      Runs& runs = cell.runs.at(i);
      if (runs.count++ == 0) runs.first = training.last;
      for (std::size_t k = 0; k < runs.sum.size(); ++k) runs.sum.at(k) += training.last.at(k);
      return;
    }
    throw Error(fmt::format("expected 4, 12, 36 or 108 epochs, found {}", epochs));
  }

  std::vector<Cell> cells_;  // in the order of the file
  std::unordered_map<std::string, std::size_t> index_;
};

bool any_run(const std::vector<Cell>& cells, std::size_t epochs) {
  for (const Cell& cell : cells) {
    if (cell.runs.at(epochs).count > 0) return true;
  }
  return false;
}

void write_cell(const Cell& cell, const std::vector<std::size_t>& epochs, TableText& table) {
  constexpr double percent = 100.0;
  table.text(std::string_view(cell.notation).substr(0, kEdges));
  for (std::size_t i = 0; i < kVertices; ++i) table.text(cell.notation.substr(kEdges + i, 1));
  table.number(cell.params);
  for (const std::size_t e : epochs) {
    const Runs& runs = cell.runs.at(e);
    for (std::size_t k = 0; k < kMeasured.size(); ++k) {
      const double scale = k == 0 ? 1.0 : percent;
      const bool none = runs.count == 0;
      table.number(none ? kMissing : scale * runs.sum.at(k) / runs.count);
      if (k > 1) table.number(none ? kMissing : scale * runs.first.at(k));
    }
  }
  table.end_row();
}

std::string write_cells(const std::string& file, const std::vector<Cell>& cells) {
  std::vector<std::string> names = {"adj_upper"};
  for (std::size_t i = 1; i <= kVertices; ++i) names.push_back(fmt::format("v{}", i));
  names.emplace_back("params");
  std::vector<std::size_t> epochs;
  for (std::size_t e = 0; e < kEpochBudgets.size(); ++e) {
    if (!any_run(cells, e)) continue;
    epochs.push_back(e);
    names.push_back(fmt::format("train_time_{}_s", kEpochBudgets.at(e)));
    names.push_back(fmt::format("train_acc_{}", kEpochBudgets.at(e)));
    for (const auto* name : {"valid_acc", "test_acc"}) {
      names.push_back(fmt::format("{}_{}", name, kEpochBudgets.at(e)));
      names.push_back(fmt::format("{}_{}_first_run", name, kEpochBudgets.at(e)));
    }
  }
  TableText table(file, names);
  for (const Cell& cell : cells) write_cell(cell, epochs, table);
  return std::move(table).take();
}

}  // namespace

std::string import_nasbench101(const std::vector<std::string>& paths) {
  constexpr std::uint64_t longest_record = 1U << 16U;
  Cells cells;
  std::string record;
  for (const std::string& path : paths) {
    const auto source = open_bytes(path);
    ByteReader reader(*source);
    std::uint64_t offset = 0;
    while (read_tfrecord(reader, longest_record, record)) {
      try {
        cells.take(record);
      } catch (const Error& problem) {
        reader.fail(offset, fmt::format("in the record there: {}", problem.what()));
      }
      offset = reader.offset();
    }
  }
  if (cells.cells().empty()) {
    throw Error(fmt::format("{}: expected records, found an empty file", paths.front()));
  }
  return write_cells(paths.front(), cells.cells());
}

}  // namespace dinas
