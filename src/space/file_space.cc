#include "space/file_space.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "base/error.h"
#include "base/hash.h"
#include "base/text.h"
#include "space/draw.h"
#include "space/file_space_classes.h"
#include "space/file_space_costs.h"
#include "space/file_space_description.h"
#include "space/file_space_graph.h"
#include "space/file_space_notation.h"
#include "space/file_space_rules.h"

namespace dinas {
namespace {

// Values tried in all to see whether columns and notation clash: about a second in the worst case.
constexpr int kMostTried = 1 << 15;

class FileSpace final : public Space {
 public:
  FileSpace(std::string_view text, const std::string& origin) : definition_(text) {
    const TomlFile file(text, origin);
    space_ = describe_space(file);
    check_classes(file, space_);
    space_.skeleton.rules = make_file_rules(file, space_);
    for (std::size_t v = 0; v < space_.variable_names.size(); ++v) {
      space_.skeleton.variables[v].name = space_.variable_names[v];
    }
    letters_ = label_letters(space_);
    for (const FileCost& cost : space_.costs) metrics_.push_back(cost.metric);
    check_columns(file);
  }

  [[nodiscard]] const std::string& name() const override { return space_.name; }
  [[nodiscard]] const std::string& summary() const override { return space_.summary; }
  [[nodiscard]] const Skeleton& skeleton() const override { return space_.skeleton; }

  [[nodiscard]] std::optional<Architecture> parse(std::string_view text,
                                                  std::string& why) const override {
    std::size_t position = 0;
    auto result = parse_template(space_.notation, text, why, position);
    if (!result && !space_.columns.empty()) {
      std::string column_why;
      std::size_t column_position = 0;
      result = parse_template(space_.column_notation, text, column_why, column_position);
      if (column_position > position) why = column_why;
    }
    if (!result) return std::nullopt;
    if (auto broken = broken_rule(space_, *result)) {
      why = std::move(*broken);
      return std::nullopt;
    }
    return result;
  }

  [[nodiscard]] std::string print(std::span<const std::uint8_t> architecture) const override {
    return print_template(space_.notation, architecture);
  }

  [[nodiscard]] std::vector<std::string> columns() const override { return space_.columns; }

  // Isomorphism classes of symmetric graphs take up to milliseconds each.
  [[nodiscard]] std::optional<std::vector<Architecture>> representatives() const override {
    constexpr std::uint64_t kMostCompared = std::uint64_t{1} << 18;
    const auto count = combination_count(space_.skeleton);
    if (space_.classes == ClassKind::kIsomorphism && (!count || *count > kMostCompared)) {
      return std::nullopt;
    }
    return Space::representatives();
  }
  [[nodiscard]] std::string_view definition() const override { return definition_; }

  [[nodiscard]] bool is_degenerate(std::span<const std::uint8_t> architecture) const override {
    return !reaches_output(space_, make_graph(space_, architecture));
  }

  [[nodiscard]] std::uint64_t canonical_class(
      std::span<const std::uint8_t> architecture) const override {
    switch (space_.classes) {
      case ClassKind::kExpression:
        return hash_bytes(canonical_expression(space_, letters_, make_graph(space_, architecture)));
      case ClassKind::kIsomorphism:
        return isomorphism_hash(space_, make_graph(space_, architecture));
      case ClassKind::kNone:
        break;
    }
    return hash_bytes(std::string(architecture.begin(), architecture.end()));
  }

  [[nodiscard]] NamedGraph graph(std::span<const std::uint8_t> architecture) const override {
    const FileGraph whole = make_graph(space_, architecture);
    NamedGraph result;
    for (const int label : whole.labels) {
      result.labels.push_back(
          label < 0 ? "output" : space_.skeleton.vocabulary[static_cast<std::size_t>(label)]);
    }
    for (const FileEdge& edge : whole.edges) result.edges.emplace_back(edge.from, edge.to);
    return result;
  }

  [[nodiscard]] const std::vector<ComputedMetric>& computed_metrics() const override {
    return metrics_;
  }

  [[nodiscard]] double compute(std::size_t index,
                               std::span<const std::uint8_t> architecture) const override {
    return compute_cost(space_.costs.at(index), space_, make_graph(space_, architecture));
  }

 private:
  // A text of the columns that reads as another architecture of the notation would be taken for
  // it. Whether there is one is told from a few hundred architectures, or fewer where every one
  // takes long to draw: templates that clash do so for a good part of them.
  void check_columns(const TomlFile& file) const {
    if (space_.columns.empty()) return;
    std::string why;
    const int draws = std::clamp(kMostTried / space_.skeleton.total_values(), 8, 256);
    for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(draws); ++i) {
      RandomStream stream(0, Purpose::kSpace, i);
      const Architecture drawn = random_architecture(space_.skeleton, stream);
      const std::string text = print_template(space_.column_notation, drawn);
      if (parse(text, why) == drawn) continue;
      file.fail(file.root(), fmt::format("expected columns that cannot be taken for the notation, "
                                         "found '{}' read as another architecture; change a "
                                         "template or its tokens",
                                         shown(text)));
    }
  }

  std::string definition_;
  SpaceDescription space_;
  std::vector<std::string> letters_;
  std::vector<ComputedMetric> metrics_;
};

}  // namespace

std::shared_ptr<const Space> parse_space_file(std::string_view toml_text,
                                              const std::string& origin) {
  return std::make_shared<FileSpace>(toml_text, origin);
}

std::shared_ptr<const Space> load_space_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text(TomlFile::kLargest + 1, '\0');
  if (!in || (!in.read(text.data(), std::ssize(text)) && !in.eof())) {
    throw Error(
        fmt::format("expected a space file that can be read, found '{}'; check the path", path));
  }
  text.resize(static_cast<std::size_t>(in.gcount()));
  return parse_space_file(text, path);
}

}  // namespace dinas
