#include "engine/condition_codes.h"

namespace dinas {
void encode(const FastWeights& weights, const Condition& condition, double time,
            ConditionCode& code) {
  const reference::Modulations exact = reference::modulate(weights.source, condition, time);
  code.condition = condition;
  code.time = time;
  code.modulation.clear();
  for (const auto& layer : exact.layers) {
    for (const double x : layer) code.modulation.push_back(static_cast<float>(x));
  }
  for (const double x : exact.readout) code.modulation.push_back(static_cast<float>(x));
}

void ConditionCodes::begin_call() {
  constexpr std::size_t kMany = 128;  // of 50 calls of a network with time input, guided
  if (codes_.size() > kMany) codes_.clear();
}

ConditionCode* ConditionCodes::find(const Condition& condition, double time) const {
  for (const auto& code : codes_) {
    if (code->time == time && same_condition(code->condition, condition)) return code.get();
  }
  return nullptr;
}

ConditionCode& ConditionCodes::add() {
  codes_.push_back(std::make_unique<ConditionCode>());
  return *codes_.back();
}

}  // namespace dinas
