// What a space file says, checked and with every name resolved. docs/space-files.md is the
// reference of the format.
#pragma once

#include <string>
#include <vector>

#include "space/file_space_toml.h"
#include "space/space.h"

namespace dinas {

/// How a label counts where paths are followed and architectures compared: zero passes nothing on,
/// neutral passes its inputs on unchanged.
enum class LabelRole { kOrdinary, kZero, kNeutral };

/// When two architectures count as the same.
enum class ClassKind { kNone, kExpression, kIsomorphism };

struct FileNode {
  std::string name;
  std::string group;       // the name of its [[node]] block, where that repeats
  std::uint32_t line = 1;  // of that block
};

/// Values that must not occur together: the clause is broken when every term holds.
struct ForbidClause {
  struct Term {
    std::size_t variable = 0;
    std::vector<bool> values;  // [size of the variable]
  };
  std::vector<Term> terms;
};

struct FileCost {
  enum class Kind { kSum, kLongestPath, kPathCount };
  ComputedMetric metric;
  Kind kind = Kind::kSum;
  double constant = 0;
  bool effective = false;
  int decimals = 9;
  std::vector<std::vector<double>> of_label;  // [nodes][vocabulary]
  std::vector<double> of_kind;                // [edge kinds]
};

/// A template as it is written, tokens included: the text around the variables in order.
/// texts[0] token(variables[0]) texts[1] ... texts.back()
struct FileTemplate {
  std::vector<std::string> texts;                // one more than variables
  std::vector<std::size_t> variables;            // every variable once
  std::vector<std::vector<std::string>> tokens;  // [variables of the space][size]
};

struct SpaceDescription {
  static constexpr std::size_t kMostForbidden = 1024;
  static constexpr std::size_t kMostValues = 254;  // of a variable

  std::string name;
  std::string summary;
  std::vector<FileNode> nodes;
  Skeleton skeleton;  // without rules
  std::vector<std::string> variable_names;
  std::vector<std::string> edge_kinds;  // the first is "present", fixed edges and inputs included
  std::vector<LabelRole> roles;         // [vocabulary]
  std::vector<bool> is_input;           // [nodes] constant and never fed
  int output = 0;                       // its node; skeleton.nodes: all nodes without successor
  bool direct_output = true;            // does an input that reaches the output unchanged count?
  ClassKind classes = ClassKind::kNone;
  std::vector<ForbidClause> forbidden;
  int max_edges = -1;  // -1: any number
  std::vector<FileCost> costs;
  FileTemplate notation;
  std::vector<std::string> columns;
  FileTemplate column_notation;  // where there are columns
};

/// Reads everything. Throws Error "origin:line: ...".
SpaceDescription describe_space(const TomlFile& file);

/// The parts of describe_space, in the order in which they are read; each fills its own members of
/// `space` from `file` and may use those of the parts before it.
void read_nodes(const TomlFile& file, SpaceDescription& space);
void read_edges(const TomlFile& file, SpaceDescription& space);
void read_meaning(const TomlFile& file, SpaceDescription& space);
void read_forbidden(const TomlFile& file, SpaceDescription& space);
void read_costs(const TomlFile& file, SpaceDescription& space);
void read_notation(const TomlFile& file, SpaceDescription& space);

/// Nodes that a text or a list of texts names, by node or by group, in that order.
std::vector<int> read_node_list(const TomlFile& file, const TomlValue& value, std::string_view what,
                                const SpaceDescription& space);
/// Texts of a list, or a single text as a list of one.
std::vector<const TomlValue*> one_or_many(const TomlFile& file, const TomlValue& value,
                                          std::string_view what, std::size_t most);

}  // namespace dinas
