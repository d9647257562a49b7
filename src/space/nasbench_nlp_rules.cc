#include "space/nasbench_nlp_rules.h"

#include <algorithm>
#include <array>

namespace dinas {
namespace {

// What is known of a place.
struct Place {
  bool may_be_absent = true;
  std::uint8_t arities = 0;  // bit a: may be an operation with a operands
  int known_operands = 0;
};

// What is known of a cell. Bit s of a set of sources is node s of the skeleton.
struct Known {
  int places = 0;
  std::array<Place, kNlpOperations> place{};
  std::uint32_t used = 0;     // sources known to be read or to be a hidden state
  int known_hidden = 0;       // hidden states whose operation is known
  int fewest_operations = 1;  // bounds of n
  int most_operations = 0;
  int fewest_hidden = 1;  // bounds of k
  int most_hidden = kNlpHidden;
};

constexpr std::uint8_t arities_between(int low, int high) {
  std::uint8_t set = 0;
  for (int a = low; a <= high; ++a) set = static_cast<std::uint8_t>(set | (1U << a));
  return set;
}

// Arities that the value of a label allows; of a masked one: all that any operation has.
std::uint8_t label_arities(std::uint8_t label) {
  if (label == nlp_label::kAbsent) return 0;
  if (label > nlp_label::kAbsent) return arities_between(1, kNlpOperands);
  return arities_between(kNlpOperationTable[label].fewest, kNlpOperationTable[label].most);
}

// Reads label and operands of a place; false if two known operands are the same source.
bool read_place(std::span<const std::uint8_t> state, int index, Known& known) {
  Place& place = known.place[static_cast<std::size_t>(index)];
  const std::uint8_t label = state[nlp_label_variable(index)];
  const int masked = kNlpInputs + index + 1;  // none and every earlier node
  int low = 1;
  int high = kNlpOperands;
  std::uint32_t operands = 0;
  for (int position = 0; position < kNlpOperands; ++position) {
    const int value = state[nlp_operand_variable(index, position)];
    if (value == masked) continue;
    if (value == 0) {
      high = std::min(high, position);
      continue;
    }
    const std::uint32_t bit = 1U << (value - 1);
    if ((operands & bit) != 0) return false;
    operands |= bit;
    low = position + 1;
    ++place.known_operands;
    if (value <= kNlpInputs) known.fewest_hidden = std::max(known.fewest_hidden, value - 1);
  }
  known.used |= operands;
  place.may_be_absent = label >= nlp_label::kAbsent && operands == 0;
  place.arities = label_arities(label) & arities_between(low, high);
  if (!place.may_be_absent) known.fewest_operations = std::max(known.fewest_operations, index + 1);
  if (place.arities == 0) known.most_operations = std::min(known.most_operations, index);
  return true;
}

// Reads the hidden states; false if two known ones are the same operation.
bool read_hidden(std::span<const std::uint8_t> state, Known& known) {
  const int masked = known.places + 1;
  std::uint32_t operations = 0;
  for (int index = 0; index < kNlpHidden; ++index) {
    const int value = state[nlp_hidden_variable(known.places, index)];
    if (value == masked) continue;
    if (value == 0) {
      known.most_hidden = std::min(known.most_hidden, index);
      continue;
    }
    const std::uint32_t bit = 1U << (kNlpInputs + value - 1);
    if ((operations & bit) != 0) return false;
    operations |= bit;
    ++known.known_hidden;
    known.fewest_hidden = std::max(known.fewest_hidden, index + 1);
    known.fewest_operations = std::max(known.fewest_operations, value);
  }
  known.used |= operations;
  return true;
}

bool is_used(const Known& known, int source) { return ((known.used >> source) & 1U) != 0; }

// The largest arity of a place that has `sources` nodes before it to choose from; 0 if none. More
// operands are never worse: a cell with fewer becomes one with more by adding unused sources.
int largest_arity(std::uint8_t arities, int sources) {
  int arity = std::min(kNlpOperands, sources);
  while (arity > 0 && ((arities >> arity) & 1U) == 0) --arity;
  return arity;
}

// Is there a cell of exactly n operations and k hidden states? Every unused source needs a slot,
// a free operand of a later node or, for operations, a free hidden state; slots left over can
// always be filled, with any earlier node that is not an operand yet or, as n >= k, any operation
// that is no hidden state yet. An unused source is nobody's operand, so only the order matters: the
// slots open to a source are open to all before it. Hence from the last operation to the first
// each takes a free hidden state, which inputs cannot use, else any slot behind it.
bool fits(const Known& known, int n, int k) {
  if (n < k) return false;
  int hidden_slots = k - known.known_hidden;
  int operand_slots = 0;
  for (int index = n - 1; index >= 0; --index) {
    if (!is_used(known, kNlpInputs + index)) {
      int& slots = hidden_slots > 0 ? hidden_slots : operand_slots;
      if (slots == 0) return false;
      --slots;
    }
    const Place& place = known.place[static_cast<std::size_t>(index)];
    const int arity = largest_arity(place.arities, 1 + k + index);
    if (arity == 0) return false;
    operand_slots += arity - place.known_operands;
  }
  int unused_inputs = 0;
  for (int input = 0; input <= k; ++input) unused_inputs += is_used(known, input) ? 0 : 1;
  return unused_inputs <= operand_slots;
}

}  // namespace

bool NlpRules::completable(std::span<const std::uint8_t> state) const {
  Known known;
  known.places = places_;
  known.most_operations = places_;
  for (int index = 0; index < places_; ++index) {
    if (!read_place(state, index, known)) return false;
  }
  if (!read_hidden(state, known)) return false;
  for (int n = known.fewest_operations; n <= known.most_operations; ++n) {
    for (int k = known.fewest_hidden; k <= known.most_hidden; ++k) {
      if (fits(known, n, k)) return true;
    }
  }
  return false;
}

}  // namespace dinas
