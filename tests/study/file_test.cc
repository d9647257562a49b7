// What a study's file survives, and what is taken for one.
#include "base/file.h"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <set>

#include "base/error.h"
#include "space/draw.h"
#include "study/study.h"
#include "support/study.h"
#include "support/temp.h"

namespace dinas {
namespace {

std::string reason(const std::string& path) {
  try {
    Study study(path);
    study.entries();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

void run_sql(const std::string& path, const std::string& sql) {
  Database(path, Database::Mode::kNew).execute(sql);
}

TEST(StudyFile, WhatIsNoStudyIsSaidToBeNone) {
  const TempFolder folder;
  const std::string path = folder.file("s");
  EXPECT_NE(reason(path).find("unable to open"), std::string::npos) << reason(path);
  write_file(path, "");
  EXPECT_NE(reason(path).find("another kind"), std::string::npos) << reason(path);
  write_file(path, std::string(5000, 'x'));
  EXPECT_NE(reason(path).find("found something else"), std::string::npos) << reason(path);
  const std::string other = folder.file("other");
  run_sql(other, "CREATE TABLE t (x)");
  EXPECT_NE(reason(other).find("another kind"), std::string::npos) << reason(other);
}

TEST(StudyFile, NewerAlteredAndIncompleteOnesAreRefused) {
  const TempFolder folder;
  const auto changed = [&](const std::string& name, const std::string& sql) {
    const std::string path = folder.file(name);
    EXPECT_TRUE(Study::create(path, cell_study()));
    run_sql(path, sql);
    return reason(path);
  };
  EXPECT_EQ(changed("same", ""), "");
  EXPECT_NE(changed("newer", "PRAGMA user_version = 9").find("format 9"), std::string::npos);
  EXPECT_NE(changed("less", "DROP TABLE attempt").find("not those"), std::string::npos);
  EXPECT_NE(changed("more", "CREATE VIEW v AS SELECT 1").find("not those"), std::string::npos);
  EXPECT_NE(changed("seed", "UPDATE definition SET value = 'x' WHERE field = 'seed'").find("seed"),
            std::string::npos);
  EXPECT_NE(changed("none", "DELETE FROM metric").find("no objective"), std::string::npos);
  EXPECT_NE(changed("row",
                    "INSERT INTO architecture (notation, class, origin, asked, state) "
                    "VALUES ('a cell', 1, 'me', 0, 'open')")
                .find("architecture 1"),
            std::string::npos);
}

TEST(StudyFile, ADamagedOneIsRefusedAndNeverACrash) {
  const TempFolder folder;
  const std::string path = folder.file("s");
  ASSERT_TRUE(Study::create(path, cell_study()));
  {
    Study study(path);
    RandomStream stream(1, Purpose::kCheck);
    for (int i = 0; i < 200; ++i) {
      const std::vector<Architecture> one = {random_architecture(study.space().skeleton(), stream)};
      study.add(one, "me");
    }
  }
  const std::string whole = read_file(path);
  const std::string broken = folder.file("broken");
  write_file(broken, whole.substr(0, whole.size() / 2));
  EXPECT_NE(reason(broken).find("damaged"), std::string::npos) << reason(broken);
  // Any byte of the file: refused, or not noticed because nothing lies there. Never a crash.
  int refused = 0;
  RandomStream stream(2, Purpose::kCheck);
  for (int i = 0; i < 100; ++i) {
    std::string bytes = whole;
    for (int k = 0; k < 16; ++k) {
      bytes[stream.below(static_cast<std::uint32_t>(bytes.size()))] =
          static_cast<char>(stream.below(256));
    }
    write_file(broken, bytes);
    refused += reason(broken).empty() ? 0 : 1;
  }
  EXPECT_GT(refused, 50);
}

TEST(StudyFile, WhatAKilledProcessClaimedIsOpenAgain) {
  const TempFolder folder;
  const std::string path = folder.file("s");
  ASSERT_TRUE(Study::create(path, cell_study()));
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    Study study(path);
    study.add(cells({kOther}), "child");
    const bool claimed = study.claim(worker(), 1e6).has_value();
    ::_exit(claimed ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  Study study(path);
  EXPECT_EQ(study.counts().running, 1U);
  const auto ticket = study.claim(worker());
  ASSERT_TRUE(ticket);
  EXPECT_EQ(ticket->notation, kOther);
  EXPECT_EQ(study.attempts()[0].outcome, "lost");
}

TEST(StudyFile, ClaimsOfOtherHostsAndOfPeopleStay) {
  const TempFolder folder;
  Study study(cell_study());
  study.add(cells({kOther, kFirstTwin}), "me");
  Worker far = worker();
  far.process.host = "elsewhere";
  far.process.pid = 1'000'000'000;
  ASSERT_TRUE(study.claim(far));
  ASSERT_TRUE(study.claim({"a person", {}}));
  EXPECT_FALSE(study.claim(worker()));
}

// Every process asks for the same architectures, claims what it can and tells it.
void work(const std::string& path, const std::string& name) {
  Study study(path);
  RandomStream stream(5, Purpose::kCheck);
  for (int round = 0; round < 10; ++round) {
    std::vector<Architecture> batch;
    for (int i = 0; i < 5; ++i) {
      batch.push_back(random_architecture(study.space().skeleton(), stream));
    }
    study.add(batch, name, 40);
    for (int i = 0; i < 3; ++i) {
      const auto ticket = study.claim(worker(name), 1e6);
      if (ticket) study.tell(*ticket, {{"accuracy", 0.5}, {"latency", 1.0}}, name);
    }
  }
  while (const auto ticket = study.claim(worker(name), 1e6)) {
    study.tell(*ticket, {{"accuracy", 0.5}, {"latency", 1.0}}, name);
  }
}

TEST(StudyFile, SeveralProcessesShareTheWork) {
  const TempFolder folder;
  const std::string path = folder.file("s");
  ASSERT_TRUE(Study::create(path, cell_study()));
  std::vector<pid_t> children;
  for (int k = 0; k < 3; ++k) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      try {
        work(path, "worker " + std::to_string(k));
      } catch (const std::exception&) {
        ::_exit(1);
      }
      ::_exit(0);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  Study study(path);
  EXPECT_EQ(study.counts().done, 40U);
  EXPECT_EQ(study.counts().evaluations(), 40U);
  std::set<std::int64_t> evaluated;
  for (const StudyAttempt& attempt : study.attempts()) {
    EXPECT_EQ(attempt.outcome, "done");
    EXPECT_TRUE(evaluated.insert(attempt.id).second) << attempt.notation;
  }
  EXPECT_EQ(evaluated.size(), 40U);
}

}  // namespace
}  // namespace dinas
