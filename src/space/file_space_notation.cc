#include "space/file_space_notation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/text.h"
#include "space/file_space_hints.h"

namespace dinas {
namespace {

constexpr std::size_t kLongestTemplate = 16384;

// Variables that a placeholder stands for: one, those of a repeated node, or all of a kind.
std::vector<std::size_t> placeholder_variables(const std::string& name,
                                               const SpaceDescription& space) {
  std::vector<std::size_t> result;
  for (std::size_t v = 0; v < space.variable_names.size(); ++v) {
    const Variable& variable = space.skeleton.variables[v];
    const bool label = variable.kind == VariableKind::kLabel;
    const std::string& group = space.nodes[static_cast<std::size_t>(variable.node)].group;
    if (space.variable_names[v] == name || (label && group == name) ||
        (label && name == "labels") || (variable.kind == VariableKind::kEdge && name == "edges") ||
        (variable.kind == VariableKind::kInputs && name == "inputs")) {
      result.push_back(v);
    }
  }
  return result;
}

class TemplateReader {
 public:
  TemplateReader(const TomlFile& file, const TomlValue& at, const SpaceDescription& space)
      : file_(file), at_(at), space_(space) {
    layout_.texts.emplace_back();
  }

  FileTemplate read(const std::string& text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      const bool doubled = i + 1 < text.size() && text[i + 1] == text[i];
      if ((text[i] == '{' || text[i] == '}') && doubled) {
        layout_.texts.back() += text[i++];
      } else if (text[i] == '{') {
        const auto end = text.find('}', i);
        if (end == std::string::npos) stop("expected '}' behind '{' in a template; close it");
        placeholder(text.substr(i + 1, end - i - 1));
        i = end;
      } else if (text[i] == '}') {
        stop("expected '{' before '}' in a template; write '}}' for the character itself");
      } else {
        layout_.texts.back() += text[i];
      }
    }
    check_complete();
    return std::move(layout_);
  }

 private:
  [[noreturn]] void stop(const std::string& sentence) const { file_.fail(at_, sentence); }

  void placeholder(const std::string& inside) {
    const auto colon = inside.find(':');
    const std::string separator = colon == std::string::npos ? "" : inside.substr(colon + 1);
    const auto variables = placeholder_variables(inside.substr(0, colon), space_);
    if (variables.empty()) {
      stop(
          fmt::format("expected a variable, a repeated node, labels, edges or inputs between '{{' "
                      "and '}}', found '{}'; correct it",
                      shown(inside)));
    }
    for (std::size_t i = 0; i < variables.size(); ++i) {
      if (std::ranges::find(layout_.variables, variables[i]) != layout_.variables.end()) {
        stop(fmt::format("expected every variable once in a template, found '{}' twice; remove one",
                         space_.variable_names[variables[i]]));
      }
      if (i > 0) layout_.texts.back() += separator;
      layout_.variables.push_back(variables[i]);
      layout_.texts.emplace_back();
    }
  }

  void check_complete() const {
    for (std::size_t v = 0; v < space_.variable_names.size(); ++v) {
      if (std::ranges::find(layout_.variables, v) != layout_.variables.end()) continue;
      stop(fmt::format("expected every variable in a template, found '{}' missing; add {{{}}}",
                       space_.variable_names[v], space_.variable_names[v]));
    }
  }

  const TomlFile& file_;
  const TomlValue& at_;
  const SpaceDescription& space_;
  FileTemplate layout_;
};

// Printed text of every value, its name unless `tokens` says otherwise.
void fill_tokens(const TomlFile& file, const TomlValue* tokens, const SpaceDescription& space,
                 FileTemplate& layout) {
  for (const Variable& v : space.skeleton.variables) layout.tokens.push_back(v.values);
  if (!tokens) return;
  file.expect_table(*tokens, "'tokens'");
  for (const auto& [value, token] : tokens->entries) {
    const std::string& text = file.text(token, "a token", 64);
    bool any = false;
    for (std::size_t v = 0; v < layout.tokens.size(); ++v) {
      const auto& values = space.skeleton.variables[v].values;
      const auto found = std::ranges::find(values, value);
      if (found == values.end()) continue;
      layout.tokens[v][static_cast<std::size_t>(found - values.begin())] = text;
      any = true;
    }
    if (!any) {
      const std::string misplaced = misplaced_remedy(value);
      file.fail(token, fmt::format("expected a value of some variable in 'tokens', found '{}'{}",
                                   shown(value), misplaced.empty() ? "; correct it" : misplaced));
    }
  }
}

// Values have different names, so that equal texts come from a token at least.
void check_different(const TomlFile& file, const TomlValue* tokens, const SpaceDescription& space,
                     const FileTemplate& layout) {
  if (!tokens) return;
  for (std::size_t v = 0; v < layout.tokens.size(); ++v) {
    auto texts = layout.tokens[v];
    std::ranges::sort(texts);
    const auto twice = std::ranges::adjacent_find(texts);
    if (twice == texts.end()) continue;
    const auto token = std::ranges::find(tokens->entries, *twice,
                                         [](const TomlEntry& entry) { return entry.value.text; });
    file.fail(token == tokens->entries.end() ? *tokens : token->value,
              fmt::format("expected different tokens for the values of '{}', found '{}' twice; "
                          "change one",
                          space.variable_names[v], *twice));
  }
}

// A text can be read in one way only if, at every placeholder, no token continues another one, or
// what follows starts with a character that no token holds.
void check_unambiguous(const TomlFile& file, const TomlValue& at, const SpaceDescription& space,
                       const FileTemplate& layout) {
  for (std::size_t i = 0; i < layout.variables.size(); ++i) {
    auto tokens = layout.tokens[layout.variables[i]];
    const std::string& name = space.variable_names[layout.variables[i]];
    std::ranges::sort(tokens);
    const std::string& follows = layout.texts[i + 1];
    const bool last = i + 1 == layout.variables.size() && follows.empty();
    const bool delimited =
        last || (!follows.empty() && std::ranges::none_of(tokens, [&](const std::string& token) {
          return token.find(follows.front()) != std::string::npos;
        }));
    for (std::size_t k = 1; k < tokens.size(); ++k) {
      if (!delimited && tokens[k].starts_with(tokens[k - 1])) {
        file.fail(at, fmt::format("expected a template that can be read in one way, found '{}' and "
                                  "'{}' possible for '{}'; put a character behind it that no token "
                                  "holds",
                                  tokens[k - 1], tokens[k], name));
      }
    }
  }
}

FileTemplate read_template(const TomlFile& file, const TomlValue* table,
                           const SpaceDescription& space) {
  const TomlValue* text = table ? table->find("template") : nullptr;
  const TomlValue& at = text ? *text : table ? *table : file.root();
  TemplateReader reader(file, at, space);
  FileTemplate layout =
      text ? reader.read(file.text(*text, "'template'", kLongestTemplate))
           : reader.read(fmt::format("{{{}}}", fmt::join(space.variable_names, "} {")));
  const TomlValue* tokens = table ? table->find("tokens") : nullptr;
  fill_tokens(file, tokens, space, layout);
  check_different(file, tokens, space, layout);
  check_unambiguous(file, at, space, layout);
  return layout;
}

void check_column_count(const TomlFile& file, const TomlValue& at, const SpaceDescription& space) {
  const FileTemplate& layout = space.column_notation;
  std::size_t fields = 1;
  for (const auto& text : layout.texts) {
    fields += static_cast<std::size_t>(std::ranges::count(text, ' '));
  }
  for (const auto& tokens : layout.tokens) {
    for (const std::string& token : tokens) {
      if (token.find(' ') == std::string::npos) continue;
      file.fail(at, fmt::format("expected tokens without spaces in [columns], found '{}'; change "
                                "'tokens'",
                                token));
    }
  }
  if (fields != space.columns.size()) {
    file.fail(at, fmt::format("expected as many 'names' in [columns] as the template has fields "
                              "between single spaces, found {} names and {} fields; correct one",
                              space.columns.size(), fields));
  }
}

}  // namespace

void read_notation(const TomlFile& file, SpaceDescription& space) {
  const TomlValue* notation = file.root().find("notation");
  if (notation) file.allow_keys(*notation, "[notation]", {"template", "tokens"});
  space.notation = read_template(file, notation, space);
  const TomlValue* columns = file.root().find("columns");
  if (!columns) return;
  file.allow_keys(*columns, "[columns]", {"names", "template", "tokens"});
  const TomlValue& names = file.required(*columns, "[columns]", "names");
  for (const TomlValue& item : file.list(names, "'names'", 1, 512)) {
    const std::string& name = file.text(item, "the name of a column", 64);
    if (std::ranges::find(space.columns, name) != space.columns.end()) {
      file.fail(item, fmt::format("expected different names of columns, found '{}' twice; remove "
                                  "one",
                                  name));
    }
    space.columns.push_back(name);
  }
  space.column_notation = read_template(file, columns, space);
  check_column_count(file, *columns, space);
}

std::string print_template(const FileTemplate& layout, std::span<const std::uint8_t> architecture) {
  std::string text = layout.texts.front();
  for (std::size_t i = 0; i < layout.variables.size(); ++i) {
    const std::size_t v = layout.variables[i];
    text += layout.tokens[v][architecture[v]];
    text += layout.texts[i + 1];
  }
  return text;
}

std::optional<Architecture> parse_template(const FileTemplate& layout, std::string_view text,
                                           std::string& why, std::size_t& position) {
  Architecture result(layout.tokens.size());
  position = 0;
  for (std::size_t i = 0; i < layout.texts.size(); ++i) {
    if (!text.substr(position).starts_with(layout.texts[i])) {
      why = fmt::format("expected '{}' at character {}", shown(layout.texts[i]), position + 1);
      return std::nullopt;
    }
    position += layout.texts[i].size();
    if (i == layout.variables.size()) break;
    const auto& tokens = layout.tokens[layout.variables[i]];
    const std::string* best = nullptr;  // the longest that fits: see check_unambiguous
    for (const std::string& token : tokens) {
      const bool fits = text.substr(position).starts_with(token);
      if (fits && (!best || token.size() > best->size())) best = &token;
    }
    if (!best) {
      why = fmt::format(
          "expected one of {} at character {}, found '{}'",
          fmt::join(tokens.begin(),
                    tokens.begin() + std::min<std::ptrdiff_t>(8, std::ssize(tokens)), ", "),
          position + 1, shown(text.substr(position, 20)));
      return std::nullopt;
    }
    result[layout.variables[i]] = static_cast<std::uint8_t>(best - tokens.data());
    position += best->size();
  }
  if (position != text.size()) {
    why = fmt::format("text behind the architecture at character {}", position + 1);
    return std::nullopt;
  }
  return result;
}

}  // namespace dinas
