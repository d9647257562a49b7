#include "model/edge_layout.h"

#include <algorithm>

#include "base/error.h"

namespace dinas {
namespace {

// The nodes a variable may take an edge from, ascending.
std::vector<int> sources_of(const Variable& variable) {
  if (variable.kind == VariableKind::kEdge) return {variable.source};
  std::vector<int> sources;
  if (variable.kind == VariableKind::kInputs) {
    for (const auto& set : variable.sets) sources.insert(sources.end(), set.begin(), set.end());
    std::ranges::sort(sources);
    sources.erase(std::unique(sources.begin(), sources.end()), sources.end());
  }
  return sources;
}

int state_of(const Variable& variable, int source, int value, int channel_states) {
  if (value == variable.size()) return channel_states;
  if (variable.kind == VariableKind::kEdge) return value;
  const auto& set = variable.sets[static_cast<std::size_t>(value)];
  return std::ranges::find(set, source) == set.end() ? 0 : 1;
}

}  // namespace

EdgeLayout::EdgeLayout(const Skeleton& skeleton) {
  std::vector<int> first_row;
  std::vector<int> first_column;
  for (const EdgeChannel& channel : skeleton.channels) {
    first_row.push_back(rows_);
    first_column.push_back(columns_);
    rows_ += channel.states + 1;
    columns_ += channel.states;
  }
  for (const Variable& v : skeleton.variables) {
    for (const int source : sources_of(v)) pairs_.emplace_back(source, v.node);
  }
  std::ranges::sort(pairs_);
  pairs_.erase(std::unique(pairs_.begin(), pairs_.end()), pairs_.end());

  for (const Variable& v : skeleton.variables) {
    Place place;
    if (v.kind != VariableKind::kLabel) {
      const auto channel = static_cast<std::size_t>(v.channel);
      const int states = skeleton.channels.at(channel).states;
      DINAS_CHECK(states == (v.kind == VariableKind::kEdge ? v.size() : 2));
      const std::vector<int> sources = sources_of(v);
      place.first_row = first_row[channel];
      place.first_column = first_column[channel];
      place.states.resize(v.values.size() + 1);
      for (const int source : sources) {
        const auto at = std::ranges::lower_bound(pairs_, std::pair(source, v.node));
        place.pairs.push_back(static_cast<int>(at - pairs_.begin()));
        for (int value = 0; value <= v.size(); ++value) {
          place.states[static_cast<std::size_t>(value)].push_back(
              state_of(v, source, value, states));
        }
      }
    }
    if (v.kind == VariableKind::kInputs) {
      place.first_value = input_values_;
      input_values_ += v.size();
    }
    places_.push_back(std::move(place));
  }
}

int EdgeLayout::state(std::size_t variable, std::size_t i, int value) const {
  return places_[variable].states[static_cast<std::size_t>(value)][i];
}

}  // namespace dinas
