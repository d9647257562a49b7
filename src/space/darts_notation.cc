#include "space/darts_notation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>
#include <vector>

#include "base/text.h"

namespace dinas {
namespace {

constexpr std::size_t kEntries = 8;  // of a cell
constexpr std::array<std::string_view, 4> kFields = {"normal", "normal_concat", "reduce",
                                                     "reduce_concat"};

struct Entry {
  DartsOp op = DartsOp::kNone;
  int input = 0;
};

bool is_space(char c) { return std::string_view(" \t\r\n\f\v").find(c) != std::string_view::npos; }
bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

std::optional<DartsOp> find_op(std::string_view name) {
  const auto found = std::find(kDartsOpNames.begin(), kDartsOpNames.end(), name);
  if (found == kDartsOpNames.end()) return std::nullopt;
  return static_cast<DartsOp>(found - kDartsOpNames.begin());
}

std::optional<int> to_int(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Pairs the entries up into nodes.
bool assemble(std::string_view which, const std::vector<Entry>& entries, DartsCell& cell,
              std::string& why) {
  if (entries.size() != kEntries) {
    why = fmt::format("expected {} entries in '{}', found {}", kEntries, which, entries.size());
    return false;
  }
  for (std::size_t k = 0; k < cell.size(); ++k) {
    Entry low = entries[2 * k];
    Entry high = entries[2 * k + 1];
    if (low.input > high.input) std::swap(low, high);
    const int last = static_cast<int>(k) + 1;
    if (low.input < 0 || high.input > last) {
      why = fmt::format("node {} of '{}' reads node {}, expected 0 to {}", k + 2, which,
                        low.input < 0 ? low.input : high.input, last);
      return false;
    }
    if (low.input == high.input) {
      why = fmt::format("node {} of '{}' reads node {} twice, expected two different inputs", k + 2,
                        which, low.input);
      return false;
    }
    cell[k] = {{static_cast<std::uint8_t>(low.input), static_cast<std::uint8_t>(high.input)},
               {low.op, high.op}};
  }
  return true;
}

// Reads the official text from the front. Every function skips white space first and returns
// false with the reason in `why_`.
class GenotypeReader {
 public:
  GenotypeReader(std::string_view text, std::string& why) : text_(text), why_(why) {}

  bool genotype(DartsGenotype& result) {
    if (!expect("Genotype")) return false;
    if (!list("(", ")", [&] { return field(result); })) return false;
    for (std::size_t f = 0; f < kFields.size(); ++f) {
      if (!seen_[f]) return fail(fmt::format("'{}' is missing", kFields[f]));
    }
    skip_space();
    return position_ == text_.size() || fail("text behind the genotype");
  }

 private:
  bool fail(std::string why) {
    why_ = std::move(why);
    return false;
  }

  void skip_space() {
    while (position_ < text_.size() && is_space(text_[position_])) ++position_;
  }

  bool take(std::string_view literal) {
    skip_space();
    if (text_.substr(position_, literal.size()) != literal) return false;
    position_ += literal.size();
    return true;
  }

  bool expect(std::string_view literal) {
    return take(literal) ||
           fail(fmt::format("expected '{}' at character {}", literal, position_ + 1));
  }

  std::string_view word() {
    skip_space();
    const std::size_t begin = position_;
    while (position_ < text_.size() && is_word(text_[position_])) ++position_;
    return text_.substr(begin, position_ - begin);
  }

  bool integer(int& value) {
    const std::string_view digits = word();
    const auto number = to_int(digits);
    if (!number) {
      return fail(fmt::format("expected a number at character {}", position_ - digits.size() + 1));
    }
    value = *number;
    return true;
  }

  template <typename Item>
  bool list(std::string_view open, std::string_view close, Item item) {
    if (!expect(open)) return false;
    while (!take(close)) {
      if (!item()) return false;
      if (!take(",")) return expect(close);
    }
    return true;
  }

  bool field(DartsGenotype& result) {
    const std::string_view name = word();
    const auto found = std::find(kFields.begin(), kFields.end(), name);
    if (found == kFields.end()) {
      return fail(fmt::format("expected one of {} at character {}, found '{}'",
                              fmt::join(kFields, ", "), position_ - name.size() + 1, shown(name)));
    }
    const auto f = static_cast<std::size_t>(found - kFields.begin());
    if (seen_[f]) return fail(fmt::format("'{}' is given twice", name));
    seen_[f] = true;
    if (!expect("=")) return false;
    if (f % 2 == 1) return concatenation(name);
    return cell(name, f == 0 ? result.normal : result.reduce);
  }

  bool cell(std::string_view name, DartsCell& result) {
    std::vector<Entry> entries;
    const auto item = [&] {
      if (entries.size() == kEntries) {
        return fail(fmt::format("more than {} entries in '{}'", kEntries, name));
      }
      return entry(entries.emplace_back());
    };
    return list("[", "]", item) && assemble(name, entries, result, why_);
  }

  bool entry(Entry& result) {
    if (!expect("(")) return false;
    const std::string_view quote = take("\"") ? "\"" : "'";
    if (quote == "'" && !expect(quote)) return false;
    const std::size_t begin = position_;
    const std::string_view name = word();
    const auto op = find_op(name);
    if (!op) {
      return fail(fmt::format("unknown operation '{}' at character {}", shown(name), begin + 1));
    }
    result.op = *op;
    return expect(quote) && expect(",") && integer(result.input) && expect(")");
  }

  // The nodes that feed the output: all intermediate ones, in any order, as that of the channels.
  bool concatenation(std::string_view name) {
    std::vector<int> nodes;
    const bool range = take("range");
    const auto item = [&] {
      if (nodes.size() == 4) return fail(fmt::format("'{}' has more than four numbers", name));
      return integer(nodes.emplace_back());
    };
    if (!list(range ? "(" : "[", range ? ")" : "]", item)) return false;
    std::sort(nodes.begin(), nodes.end());
    const std::vector<int> expected = range ? std::vector{2, 6} : std::vector{2, 3, 4, 5};
    if (nodes == expected) return true;
    return fail(fmt::format("'{}' has the nodes {}{}, expected all of 2, 3, 4, 5", name,
                            range ? "of range " : "", fmt::join(nodes, ", ")));
  }

  std::string_view text_;
  std::string& why_;
  std::size_t position_ = 0;
  std::array<bool, 4> seen_{};
};

// Sixteen entries operation~input.
bool parse_entries(std::string_view text, DartsGenotype& result, std::string& why) {
  std::array<std::vector<Entry>, 2> cells;
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && !is_space(text[end])) ++end;
    const std::string_view token = text.substr(at, end - at);
    at = end + 1;
    if (token.empty()) continue;
    if (++count > 2 * kEntries) continue;
    const std::size_t tilde = std::min(token.find('~'), token.size());
    const auto op = find_op(token.substr(0, tilde));
    const auto input = to_int(token.substr(std::min(tilde + 1, token.size())));
    if (!op || !input) {
      why = fmt::format("entry {}: expected 'Genotype(...)' or operation~input, found '{}'", count,
                        shown(token));
      return false;
    }
    cells[count > kEntries ? 1 : 0].push_back({*op, *input});
  }
  if (count != 2 * kEntries) {
    why = fmt::format("expected 'Genotype(...)' or {} entries operation~input, found {}",
                      2 * kEntries, count);
    return false;
  }
  return assemble("normal", cells[0], result.normal, why) &&
         assemble("reduce", cells[1], result.reduce, why);
}

std::string print_cell(const DartsCell& cell) {
  std::vector<std::string> entries;
  for (const DartsNode& node : cell) {
    for (std::size_t i = 0; i < 2; ++i) {
      entries.push_back(fmt::format(
          "('{}', {})", kDartsOpNames.at(static_cast<std::size_t>(node.ops[i])), node.inputs[i]));
    }
  }
  return fmt::format("[{}]", fmt::join(entries, ", "));
}

}  // namespace

std::optional<DartsGenotype> parse_darts(std::string_view text, std::string& why) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  DartsGenotype result;
  const bool official = text.starts_with("Genotype");
  const bool read =
      official ? GenotypeReader(text, why).genotype(result) : parse_entries(text, result, why);
  if (!read) return std::nullopt;
  return result;
}

std::string print_darts(const DartsGenotype& genotype) {
  return fmt::format(
      "Genotype(normal={}, normal_concat=[2, 3, 4, 5], reduce={}, reduce_concat=[2, 3, 4, 5])",
      print_cell(genotype.normal), print_cell(genotype.reduce));
}

}  // namespace dinas
