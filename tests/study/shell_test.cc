#include "study/shell.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace dinas {
namespace {

TEST(Shell, QuotesWhateverItIs) {
  EXPECT_EQ(shell_quoted("a"), "'a'");
  EXPECT_EQ(shell_quoted(""), "''");
  EXPECT_EQ(shell_quoted("$(rm -r /) `x` \"|~0|\\"), "'$(rm -r /) `x` \"|~0|\\'");
  EXPECT_EQ(shell_quoted("it's"), "'it'\\''s'");
}

TEST(Shell, PutsTheNotationInEveryPlace) {
  EXPECT_EQ(command_for("train {arch} --log={arch}.log", "|a|"), "train '|a|' --log='|a|'.log");
  EXPECT_EQ(command_for("train", "|a|"), "train");
  EXPECT_EQ(command_for("train {arch}", "{arch}"), "train '{arch}'");
}

TEST(Shell, RefusesPlacesInsideQuotes) {
  for (const char* good : {"train {arch}", "train 'a b' {arch}", "train \"a'\" {arch} \\' 'x'",
                           "train \\\"{arch}\\\"", "true"}) {
    EXPECT_NO_THROW(check_command(good)) << good;
  }
  for (const char* bad : {"", " ", "train '{arch}'", "train \"{arch}\"", "train \"--a={arch}\"",
                          "train '\\' '{arch}", "train \\{arch}", "train \"\\\" {arch}\""}) {
    EXPECT_THROW(check_command(bad), UsageError) << bad;
  }
}

}  // namespace
}  // namespace dinas
