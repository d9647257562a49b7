// Texts and numbers as people are shown them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dinas {

/// A text of any bytes as messages may show it: control characters and bytes
/// that are no UTF-8 become '?'.
std::string printable(std::string_view text);

/// printable() of at most the first 40 bytes of a text, cut between two characters of UTF-8.
std::string shown(std::string_view text);

/// Levenshtein distance, in bytes.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// "; did you mean 'x'?" with the candidate nearest to a word, where at most two letters, and at
/// most half of the candidate's, are to be changed, added or removed; otherwise `otherwise`.
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates,
                         std::string_view otherwise = "");

/// Decimals to print a metric's values with, so that they differ where it matters: 3, from 100,000
/// on none, and below 0.1 as many as show three digits (at most 12).
int decimals_of(double value);

}  // namespace dinas
