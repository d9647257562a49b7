// The samples of an experiment in a file, so that they are drawn once.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "eval/evaluate.h"
#include "reproduce/protocol.h"
#include "space/space.h"

namespace dinas {

/// {"model", "queries", "repeats", "steps", "seconds_per_call", "draws": [{"first", "count",
/// "projected", "seconds", "architectures"}]}
class SampleStore {
 public:
  /// Reads the file if there is one; samples of another model (model_id) are to be replaced. Throws
  /// Error that names the file where it is not of this form.
  SampleStore(std::string path, std::shared_ptr<const Space> space, std::string model);

  [[nodiscard]] bool planned() const { return content_.contains("queries"); }
  /// What is going to be drawn. The file is written with the first draw.
  void plan(const SamplingSize& size, double seconds_per_call);
  [[nodiscard]] SamplingSize size() const;
  [[nodiscard]] double seconds_per_call() const;

  /// From the file, otherwise `fresh`, and then into the file.
  Draw draw(std::uint64_t count, std::uint32_t first_item, const DrawFunction& fresh);
  /// Of all draws; 0 before they are planned.
  [[nodiscard]] double seconds() const;
  [[nodiscard]] std::uint64_t architectures() const;

 private:
  [[nodiscard]] Draw read(const nlohmann::json& draw) const;

  std::string path_;
  std::shared_ptr<const Space> space_;
  std::string model_;
  nlohmann::json content_ = nlohmann::json::object();
};

}  // namespace dinas
