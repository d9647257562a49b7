#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace dinas {
namespace {

constexpr std::size_t kLongestShown = 40;
constexpr std::size_t kLongestCompared = 64;
constexpr std::size_t kMostEdits = 2;

unsigned char byte(char c) { return static_cast<unsigned char>(c); }

// Bytes of the character of UTF-8 that begins at `i`; 0 where none does.
std::size_t character_size(std::string_view text, std::size_t i) {
  const unsigned char first = byte(text[i]);
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const std::size_t size = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (size > text.size() - i) return 0;
  for (std::size_t k = 1; k < size; ++k) {
    if ((byte(text[i + k]) & 0xc0U) != 0x80) return 0;
  }
  return size;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t size = character_size(text, i);
    const unsigned char c = byte(text[i]);
    // U+0080 to U+009F, which terminals obey as well.
    const bool wide_control = size == 2 && c == 0xc2 && byte(text[i + 1]) < 0xa0;
    if (size == 0 || c < 0x20 || c == 0x7f || wide_control) {
      result.push_back('?');
    } else {
      result.append(text.substr(i, size));
    }
    i += std::max<std::size_t>(size, 1);
  }
  return result;
}

std::string shown(std::string_view text) {
  std::size_t end = std::min(text.size(), kLongestShown);
  const auto continues = [&](std::size_t i) { return (byte(text[i]) & 0xc0U) == 0x80; };
  while (end > 0 && end < text.size() && continues(end)) --end;
  return printable(text.substr(0, end));
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates,
                         std::string_view otherwise) {
  std::string_view best;
  std::size_t fewest = kMostEdits + 1;
  for (const std::string_view candidate : candidates) {
    if (std::max(word.size(), candidate.size()) > kLongestCompared) continue;
    const std::size_t edits = edit_distance(word, candidate);
    if (edits >= fewest || 2 * edits > candidate.size()) continue;
    fewest = edits;
    best = candidate;
  }
  return best.empty() ? std::string(otherwise)
                      : fmt::format("; did you mean '{}'?", printable(best));
}

int decimals_of(double value) {
  constexpr int fewest = 3;
  constexpr int most = 12;
  const double size = std::abs(value);
  if (!std::isfinite(size) || size == 0.0) return fewest;
  if (size >= 1e5) return 0;
  return std::clamp(fewest - 1 - static_cast<int>(std::floor(std::log10(size))), fewest, most);
}

}  // namespace dinas
