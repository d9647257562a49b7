// Space files: a text is a space that keeps its promises, or an Error.
#include "fuzz/properties.h"
#include "fuzz/target.h"
#include "space/file_space.h"

namespace dinas {
namespace {

bool within(int value, std::size_t size) {
  return 0 <= value && static_cast<std::size_t>(value) < size;
}

void check_variable(const Skeleton& skeleton, const Variable& variable) {
  const auto nodes = static_cast<std::size_t>(skeleton.nodes);
  const std::size_t size = variable.values.size();
  DINAS_CHECK(1 <= size && size <= 254 && within(variable.node, nodes));
  if (variable.kind == VariableKind::kLabel) {
    DINAS_CHECK(variable.labels.size() == size);
    DINAS_CHECK(skeleton.fixed_label[static_cast<std::size_t>(variable.node)] == -1);
    for (const int label : variable.labels) {
      DINAS_CHECK(within(label, skeleton.vocabulary.size()));
    }
    return;
  }
  DINAS_CHECK(within(variable.channel, skeleton.channels.size()));
  const int states = skeleton.channels[static_cast<std::size_t>(variable.channel)].states;
  if (variable.kind == VariableKind::kEdge) {
    DINAS_CHECK(variable.size() == states && 0 <= variable.source);
    DINAS_CHECK(variable.source < variable.node);
    return;
  }
  DINAS_CHECK(variable.sets.size() == size && states == 2);
  for (const auto& sources : variable.sets) {
    int last = -1;
    for (const int source : sources) {
      DINAS_CHECK(last < source && source < variable.node);
      last = source;
    }
  }
}

void check_skeleton(const Skeleton& skeleton) {
  const auto nodes = static_cast<std::size_t>(skeleton.nodes);
  DINAS_CHECK(1 <= skeleton.nodes && skeleton.nodes <= 64);
  DINAS_CHECK(skeleton.fixed_label.size() == nodes && !skeleton.variables.empty());
  for (const int label : skeleton.fixed_label) {
    DINAS_CHECK(label == -1 || within(label, skeleton.vocabulary.size()));
  }
  for (const auto& [from, to] : skeleton.fixed_edges) {
    DINAS_CHECK(0 <= from && from < to && within(to, nodes));
  }
  for (const Variable& variable : skeleton.variables) check_variable(skeleton, variable);
}

std::shared_ptr<const Space> read_space(std::string_view text) {
  try {
    return parse_space_file(text, "fuzz");
  } catch (const Error& error) {
    DINAS_CHECK(std::string_view(error.what()).starts_with("fuzz:"));
    return nullptr;
  }
}

}  // namespace

void fuzz_one(std::string_view input) {
  const auto space = read_space(input);
  if (!space) return;
  DINAS_CHECK(space->definition() == input && !space->name().empty());
  check_skeleton(space->skeleton());
  for (std::uint32_t i = 0; i < 4; ++i) {
    RandomStream stream(0, Purpose::kSpace, i);
    check_architecture(*space, random_architecture(space->skeleton(), stream));
  }
  check_values(*space, input);
  check_text(*space, input);
}

}  // namespace dinas
