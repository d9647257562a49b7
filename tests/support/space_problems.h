// What is wrong with a space file, and a small one that can be made wrong.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/error.h"
#include "space/file_space.h"

namespace dinas {

/// What parse_space_file says of a text, "accepted" if nothing.
inline std::string problem(const std::string& text) {
  try {
    static_cast<void>(parse_space_file(text, "f"));
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

inline const std::string kHead = "name = 'x'\nsummary = 'y'\n";
inline const std::string kNodes =
    "[[node]]\nname = 'in'\n[[node]]\nname = 'a'\nlabels = ['u', 'v']\nreads = 'in'\n"
    "[[node]]\nname = 'out'\nreads = 'a'\n";  // lines 3 to 11 behind the head

struct Wrong {
  std::string text;
  std::string message;
};

inline void expect_problems(const std::vector<Wrong>& cases) {
  for (const Wrong& wrong : cases) EXPECT_EQ(problem(wrong.text), "f:" + wrong.message);
}

}  // namespace dinas
