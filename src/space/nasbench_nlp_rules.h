// Which combinations of values are NAS-Bench-NLP cells.
#pragma once

#include <cstdint>
#include <span>

#include "space/nasbench_nlp_cell.h"
#include "space/space.h"

namespace dinas {

/// A state is a cell of n operations and k hidden states if the first n places hold operations and
/// the others are absent without operands; operands fill the positions from the first on, as many
/// as the operation takes, and are distinct; h_new_0..h_new_{k-1} are distinct operations and the
/// others none; and the sources are x, h_prev_0..h_prev_{k-1} and the operations, each read by a
/// later operation or, operations only, a hidden state.
class NlpRules final : public Rules {
 public:
  /// With room for `places` operations, 1..kNlpOperations; the variables are laid out as
  /// nlp_label_variable, nlp_operand_variable and nlp_hidden_variable say.
  explicit NlpRules(int places) : places_(places) {}

  [[nodiscard]] bool completable(std::span<const std::uint8_t> state) const override;

 private:
  int places_;
};

}  // namespace dinas
