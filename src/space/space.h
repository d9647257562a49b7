// What a search space is to the rest of the program: a DAG skeleton with categorical variables,
// and the notation, validity and exact costs of its architectures. Outside src/space nothing
// knows a particular space.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dinas {

/// One value per variable of the space, each in [0, Variable::values.size()).
using Architecture = std::vector<std::uint8_t>;

enum class VariableKind { kLabel = 0, kEdge = 1, kInputs = 2 };

/// A categorical variable, tied to a place in the skeleton: what a node is, what an ordered pair of
/// nodes is joined by, or which set of earlier nodes feeds a node.
struct Variable {
  VariableKind kind = VariableKind::kLabel;
  int node = 0;                          // label: its node; edge: its target; inputs: its node
  int source = 0;                        // edge: its source, below `node`
  std::vector<std::string> values{};     // names, in the order of the codes; at most 254
  std::vector<int> labels{};             // label: vocabulary index of each value
  std::vector<std::vector<int>> sets{};  // inputs: sources of each value, ascending, distinct
  int channel = 0;                       // edge and inputs: index in Skeleton::channels
  std::string name{};                    // what a space file calls it; empty otherwise

  [[nodiscard]] int size() const { return static_cast<int>(values.size()); }
};

/// A kind of variable edge. States of an edge variable are its values, state 0 being "absent"; an
/// inputs variable has the states absent and present on the pair (source, node) of every source it
/// may choose. Several variables may meet on one pair, each with a channel of its own.
struct EdgeChannel {
  std::string name;
  int states = 2;
};

/// Which combinations of values are architectures. Immutable, safe to share between threads.
class Rules {
 public:
  virtual ~Rules() = default;
  /// Can the masked variables (value = size of the variable) be given values that make the state
  /// a valid architecture? Exact, in bounded time; a state without masks is valid iff true. The
  /// state with everything masked is completable.
  [[nodiscard]] virtual bool completable(std::span<const std::uint8_t> state) const = 0;
};

/// The constant part of a space and the places of its variables. What is constant is never noised
/// and never predicted.
struct Skeleton {
  int nodes = 0;
  std::vector<std::string> vocabulary;           // node labels, constant ones included
  std::vector<int> fixed_label;                  // [nodes] vocabulary index, -1 where variable
  std::vector<std::pair<int, int>> fixed_edges;  // (from, to), from < to
  std::vector<EdgeChannel> channels;             // of edge and inputs variables
  std::vector<Variable> variables;               // a node may carry several labels
  std::shared_ptr<const Rules> rules;            // null: every combination of values is valid

  [[nodiscard]] int variable_count() const { return static_cast<int>(variables.size()); }
  /// Sum of the sizes of all variables.
  [[nodiscard]] int total_values() const;
  /// [variables + 1] first position of each variable in an array with one entry per value.
  [[nodiscard]] std::vector<int> offsets() const;
};

enum class Direction { kMax, kMin };  // which values are better: higher or lower

/// Is `a` at least as good as `b`? False where either is missing (NaN).
inline bool at_least_as_good(Direction direction, double a, double b) {
  return direction == Direction::kMax ? a >= b : a <= b;
}

/// A cost that follows exactly from the architecture, no table needed.
struct ComputedMetric {
  std::string name;
  std::string meaning;  // one line, with unit
};

class Space {
 public:
  virtual ~Space() = default;

  [[nodiscard]] virtual const std::string& name() const = 0;
  [[nodiscard]] virtual const std::string& summary() const = 0;
  [[nodiscard]] virtual const Skeleton& skeleton() const = 0;

  /// Reads the space's notation, and the fields of `columns` joined by single spaces; nullopt and
  /// the reason in `why` when it is neither or the architecture is not valid.
  [[nodiscard]] virtual std::optional<Architecture> parse(std::string_view text,
                                                          std::string& why) const = 0;
  /// The space's notation; parse(print(a)) == a.
  [[nodiscard]] virtual std::string print(std::span<const std::uint8_t> architecture) const = 0;

  /// Names of CSV columns that spell an architecture together, where tables of this space are
  /// written so; empty otherwise.
  [[nodiscard]] virtual std::vector<std::string> columns() const { return {}; }
  /// The text of the space file that defines the space; empty for a built-in one.
  [[nodiscard]] virtual std::string_view definition() const { return {}; }

  /// No path from the input to the output.
  [[nodiscard]] virtual bool is_degenerate(std::span<const std::uint8_t> architecture) const = 0;
  /// Equal for architectures that compute the same function (isomorphism class), 64-bit hash of
  /// the canonical form.
  [[nodiscard]] virtual std::uint64_t canonical_class(
      std::span<const std::uint8_t> architecture) const = 0;
  /// The cell as a graph for people and other programs: node labels in topological order and the
  /// edges between them.
  struct NamedGraph {
    std::vector<std::string> labels;
    std::vector<std::pair<int, int>> edges;
  };
  [[nodiscard]] virtual NamedGraph graph(std::span<const std::uint8_t> architecture) const = 0;

  [[nodiscard]] virtual const std::vector<ComputedMetric>& computed_metrics() const = 0;
  /// Value of computed_metrics()[index].
  [[nodiscard]] virtual double compute(std::size_t index,
                                       std::span<const std::uint8_t> architecture) const = 0;

  /// Number of architectures if every combination of values is one and they can all be listed.
  [[nodiscard]] virtual std::optional<std::uint64_t> enumerable() const;
  /// One architecture of every class, in a fixed order; nullopt where they are too many to list.
  [[nodiscard]] virtual std::optional<std::vector<Architecture>> representatives() const;
  /// Can the space say which operations nothing depends on? Then it overrides effective(), too.
  [[nodiscard]] virtual bool has_effective_forms() const { return false; }
  /// The architecture without the operations that nothing depends on; where has_effective_forms()
  /// is false the architecture itself.
  [[nodiscard]] virtual Architecture effective(std::span<const std::uint8_t> architecture) const;
};

/// Index of a computed metric of the space.
std::optional<std::size_t> computed_metric(const Space& space, std::string_view name);

/// Number of combinations of values, valid or not; nullopt beyond 2^64 - 1.
std::optional<std::uint64_t> combination_count(const Skeleton& skeleton);

/// Is a state without masks an architecture of the space?
bool is_valid(const Skeleton& skeleton, std::span<const std::uint8_t> architecture);

/// allowed[k] = 1 where giving `variable` the value k leaves a state that can be completed to a
/// valid architecture, whatever value the variable has now. [size of the variable]
void mark_completable(const Skeleton& skeleton, std::span<const std::uint8_t> state,
                      std::size_t variable, std::span<std::uint8_t> allowed);

/// The architecture with a given number: variable 0 is the fastest digit. `index` < enumerable().
Architecture nth_architecture(const Skeleton& skeleton, std::uint64_t index);
/// Inverse of nth_architecture.
std::uint64_t architecture_index(const Skeleton& skeleton,
                                 std::span<const std::uint8_t> architecture);

/// The built-in spaces, in the order `dinas spaces` lists them.
std::vector<std::string> space_names();
/// Throws UsageError that lists the known names.
std::shared_ptr<const Space> find_space(std::string_view name);

}  // namespace dinas
