// Generated architectures as text: JSON Lines, CSV or bare notations.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/known_metrics.h"
#include "condition/bound.h"
#include "model/model.h"

namespace dinas {

enum class ArchitectureFormat { kJsonl, kCsv, kText };
/// "jsonl" | "csv" | "text"; throws UsageError.
ArchitectureFormat parse_architecture_format(std::string_view text);

struct Found {
  Architecture architecture;
  // Its number in the random streams of the seed; unknown where samples before it were invalid.
  std::optional<std::uint64_t> item;
  std::vector<double> expected;  // of what ranked them, in their units
};

/// docs/formats.md says what each format holds. Borrows everything but the strings.
class ArchitectureWriter {
 public:
  ArchitectureWriter(const Model& model, const Space& space, const std::vector<Bound>& bounds,
                     const KnownMetrics& known, std::string model_id, std::uint64_t seed,
                     std::vector<std::string> expected);

  /// One line each, in order; CSV with a header.
  [[nodiscard]] std::string print(const std::vector<Found>& found, ArchitectureFormat format) const;

 private:
  [[nodiscard]] std::string csv_header() const;
  [[nodiscard]] std::string csv_line(const Found& found) const;
  [[nodiscard]] std::string json_line(const Found& found) const;
  /// nullopt where the metric's value is not known.
  [[nodiscard]] std::optional<bool> kept(const Bound& bound,
                                         const Architecture& architecture) const;

  const Model& model_;
  const Space& space_;
  const std::vector<Bound>& bounds_;
  const KnownMetrics& known_;
  std::string model_id_;
  std::uint64_t seed_;
  std::vector<std::string> expected_;  // metrics of Found::expected
};

}  // namespace dinas
