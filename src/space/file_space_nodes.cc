// [labels] and [[node]]: the nodes of a space file, their labels and the edges they always have.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "space/file_space_description.h"
#include "space/file_space_hints.h"

namespace dinas {
namespace {

constexpr std::size_t kMostNodes = 128;
constexpr std::size_t kMostVocabulary = 1024;
constexpr std::size_t kLongestName = 4096;  // the names of a set of inputs joined

// "leaves" is an output, the others are placeholders of templates.
constexpr std::array<std::string_view, 4> kReserved = {"leaves", "labels", "edges", "inputs"};

struct NodeBlock {
  const TomlValue* at = nullptr;
  std::string name;
  std::string constant;             // empty where the label is a variable
  std::vector<std::string> labels;  // empty where it is constant
  int repeat = 1;
  bool repeats = false;
  bool chain = false;
};

std::vector<std::string> label_list(const TomlFile& file, const TomlValue& value,
                                    std::string_view what) {
  std::vector<std::string> result;
  for (const TomlValue& item : file.list(value, what, 1, SpaceDescription::kMostValues)) {
    const std::string& label = file.text(item, "a label", 64);
    if (std::ranges::find(result, label) != result.end()) {
      file.fail(item, fmt::format("expected different labels in {}, found '{}' twice; remove one",
                                  what, label));
    }
    result.push_back(label);
  }
  return result;
}

// The labels of a node: a list of its own, or the name of one in [labels].
std::vector<std::string> node_labels(const TomlFile& file, const TomlValue& value) {
  if (value.kind != TomlKind::kText) return label_list(file, value, "'labels'");
  const TomlValue* lists = file.root().find("labels");
  const TomlValue* list = lists ? lists->find(value.text) : nullptr;
  if (!list) {
    std::vector<std::string_view> names;
    for (std::size_t i = 0; lists && i < lists->entries.size(); ++i) {
      names.push_back(lists->entries[i].key);
    }
    file.fail(value, fmt::format("expected a list or the name of one in [labels], found '{}'{}",
                                 shown(value.text),
                                 did_you_mean(value.text, names, "; add it to [labels]")));
  }
  return label_list(file, *list, "a list of [labels]");
}

// Lists that no node uses would be checked by nobody.
void check_label_lists(const TomlFile& file) {
  const TomlValue* lists = file.root().find("labels");
  if (!lists) return;
  file.expect_table(*lists, "[labels]");
  const auto& nodes = file.tables("node", kMostNodes);
  for (const auto& [name, list] : lists->entries) {
    const bool used = std::ranges::any_of(nodes, [&name = name](const TomlValue& node) {
      const TomlValue* labels = node.find("labels");
      return labels && labels->kind == TomlKind::kText && labels->text == name;
    });
    if (used) continue;
    const std::string misplaced = misplaced_remedy(name);
    file.fail(list, fmt::format("expected lists in [labels] that a node uses, found '{}'{}",
                                shown(name), misplaced.empty() ? "; remove it" : misplaced));
  }
}

NodeBlock read_block(const TomlFile& file, const TomlValue& table) {
  file.allow_keys(table, "[[node]]", {"name", "label", "labels", "repeat", "chain", "reads"});
  NodeBlock block;
  block.at = &table;
  block.name = file.identifier(file.required(table, "[[node]]", "name"), "the name of a node");
  const TomlValue* constant = table.find("label");
  const TomlValue* labels = table.find("labels");
  if (constant && labels) {
    file.fail(*labels, fmt::format("expected 'label' or 'labels' for node '{}', found both; keep "
                                   "'label' if it is constant, 'labels' if it varies",
                                   block.name));
  }
  if (labels) {
    block.labels = node_labels(file, *labels);
  } else {
    block.constant = constant ? file.text(*constant, "'label'", 64) : block.name;
  }
  if (const TomlValue* repeat = table.find("repeat")) {
    block.repeat = file.integer(*repeat, "'repeat'", 1, kMostNodes);
    block.repeats = true;
  }
  if (const TomlValue* chain = table.find("chain")) block.chain = file.flag(*chain, "'chain'");
  return block;
}

// `line`: of the node that has the label.
int vocabulary_index(const TomlFile& file, std::uint32_t line, const std::string& label,
                     Skeleton& skeleton) {
  auto& words = skeleton.vocabulary;
  const auto found = std::ranges::find(words, label);
  if (found != words.end()) return static_cast<int>(found - words.begin());
  if (words.size() == kMostVocabulary) {
    file.fail(line,
              fmt::format("expected at most {} different labels in a file, found more; use fewer",
                          kMostVocabulary));
  }
  words.push_back(label);
  return static_cast<int>(words.size()) - 1;
}

void check_name(const TomlFile& file, const NodeBlock& block, const std::string& name,
                const SpaceDescription& space) {
  const bool taken = std::ranges::any_of(
      space.nodes, [&](const FileNode& n) { return n.name == name || n.group == name; });
  if (taken || std::ranges::find(kReserved, name) != kReserved.end()) {
    file.fail(*block.at, fmt::format("expected a name of its own for every node, found '{}' {}; "
                                     "rename it",
                                     name, taken ? "twice" : "(a word of the format)"));
  }
  if (space.nodes.size() == kMostNodes) {
    file.fail(*block.at, fmt::format("expected at most {} nodes, found more; join some into one "
                                     "with more labels",
                                     kMostNodes));
  }
}

// One node of a block: its name, what it is and what it reads.
void add_node(const TomlFile& file, const NodeBlock& block, int number,
              const std::vector<int>& reads, SpaceDescription& space) {
  const std::string name =
      block.repeats ? fmt::format("{}_{}", block.name, number) : std::string(block.name);
  check_name(file, block, name, space);
  Skeleton& skeleton = space.skeleton;
  const int node = skeleton.nodes++;
  space.nodes.push_back({name, block.repeats ? block.name : "", block.at->line});
  skeleton.fixed_label.push_back(-1);
  for (const int source : reads) skeleton.fixed_edges.emplace_back(source, node);
  if (block.chain && node == 0) {
    file.fail(*block.at,
              "expected a node before one with 'chain', found none; put the input first");
  }
  const std::pair previous{node - 1, node};
  if (block.chain &&
      std::ranges::find(skeleton.fixed_edges, previous) == skeleton.fixed_edges.end()) {
    skeleton.fixed_edges.push_back(previous);
  }
  if (block.labels.empty()) return;
  Variable variable;
  variable.node = node;
  variable.values = block.labels;
  skeleton.variables.push_back(std::move(variable));
  space.variable_names.push_back(name);
}

// Constant labels come first in the vocabulary, then those of the variables, each in file order.
void fill_vocabulary(const TomlFile& file, const std::vector<NodeBlock>& blocks,
                     SpaceDescription& space) {
  Skeleton& skeleton = space.skeleton;
  int node = 0;
  for (const NodeBlock& block : blocks) {
    for (int i = 0; i < block.repeat; ++i, ++node) {
      if (!block.labels.empty()) continue;
      skeleton.fixed_label[static_cast<std::size_t>(node)] =
          vocabulary_index(file, block.at->line, block.constant, skeleton);
    }
  }
  for (Variable& variable : skeleton.variables) {
    const std::uint32_t line = space.nodes[static_cast<std::size_t>(variable.node)].line;
    for (const std::string& label : variable.values) {
      variable.labels.push_back(vocabulary_index(file, line, label, skeleton));
    }
  }
}

}  // namespace

std::vector<const TomlValue*> one_or_many(const TomlFile& file, const TomlValue& value,
                                          std::string_view what, std::size_t most) {
  std::vector<const TomlValue*> result;
  if (value.kind == TomlKind::kText) {
    result.push_back(&value);
  } else {
    for (const TomlValue& item : file.list(value, what, 1, most)) result.push_back(&item);
  }
  for (const TomlValue* item : result) static_cast<void>(file.text(*item, what, kLongestName));
  return result;
}

std::vector<int> read_node_list(const TomlFile& file, const TomlValue& value, std::string_view what,
                                const SpaceDescription& space) {
  std::vector<int> result;
  for (const TomlValue* item : one_or_many(file, value, what, kMostNodes)) {
    const std::size_t before = result.size();
    for (std::size_t node = 0; node < space.nodes.size(); ++node) {
      if (space.nodes[node].name != item->text && space.nodes[node].group != item->text) continue;
      if (std::ranges::find(result, static_cast<int>(node)) != result.end()) {
        file.fail(*item, fmt::format("expected different nodes in {}, found '{}' twice; remove one",
                                     what, space.nodes[node].name));
      }
      result.push_back(static_cast<int>(node));
    }
    if (result.size() == before) {
      std::vector<std::string_view> names;
      for (const FileNode& node : space.nodes) {
        names.insert(names.end(), {node.name, node.group});
      }
      file.fail(*item, fmt::format("expected the name of a node in {}, found '{}'{}", what,
                                   shown(item->text),
                                   did_you_mean(item->text, names,
                                                "; list a [[node]] of this name before what it "
                                                "feeds")));
    }
  }
  return result;
}

void read_nodes(const TomlFile& file, SpaceDescription& space) {
  std::vector<NodeBlock> blocks;
  for (const TomlValue& table : file.tables("node", kMostNodes)) {
    const NodeBlock& block = blocks.emplace_back(read_block(file, table));
    std::vector<int> reads;
    if (const TomlValue* list = table.find("reads")) {
      reads = read_node_list(file, *list, "'reads'", space);
    }
    check_name(file, block, block.name, space);
    for (int i = 1; i <= block.repeat; ++i) add_node(file, block, i, reads, space);
  }
  if (blocks.empty()) {
    file.fail(file.root(),
              "expected [[node]] tables, found none; list the nodes in the order in "
              "which data flows");
  }
  check_label_lists(file);
  fill_vocabulary(file, blocks, space);
}

}  // namespace dinas
