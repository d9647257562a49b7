#include "study/schema.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstring>
#include <optional>

#include "base/error.h"

namespace dinas {
namespace {

constexpr std::int64_t kApplication = 0x64696e73;  // "dins"
constexpr std::int64_t kVersion = 1;

// States of an architecture: open (to be evaluated), running, done, inherited (everything was known
// from twins before it was evaluated), failed (for good). Times are seconds since 1970. A value is
// what was told for that very architecture; what twins inherit is not stored twice.
constexpr const char* kSchema = R"(
CREATE TABLE definition (field TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE metric (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, direction TEXT NOT NULL,
  level TEXT NOT NULL, objective INTEGER NOT NULL, bound REAL,
  computed INTEGER NOT NULL);
CREATE TABLE architecture (id INTEGER PRIMARY KEY, notation TEXT NOT NULL UNIQUE,
  class INTEGER NOT NULL, origin TEXT NOT NULL, asked REAL NOT NULL, state TEXT NOT NULL
  CHECK (state IN ('open', 'running', 'done', 'inherited', 'failed')));
CREATE INDEX architecture_class ON architecture (class);
CREATE INDEX architecture_state ON architecture (state);
CREATE TABLE attempt (id INTEGER PRIMARY KEY,
  architecture INTEGER NOT NULL REFERENCES architecture (id), worker TEXT NOT NULL,
  host TEXT NOT NULL, boot TEXT NOT NULL, pid INTEGER NOT NULL, process_start INTEGER NOT NULL,
  started REAL NOT NULL, lease_end REAL, ended REAL, outcome TEXT, message TEXT,
  exit_status INTEGER);
CREATE INDEX attempt_architecture ON attempt (architecture);
CREATE INDEX attempt_running ON attempt (id) WHERE outcome IS NULL;
CREATE TABLE value (architecture INTEGER NOT NULL REFERENCES architecture (id),
  metric INTEGER NOT NULL REFERENCES metric (id), value REAL NOT NULL, told REAL NOT NULL,
  PRIMARY KEY (architecture, metric)) WITHOUT ROWID;
CREATE TABLE generation (number INTEGER PRIMARY KEY, labels INTEGER NOT NULL,
  seconds REAL NOT NULL, note TEXT NOT NULL, made REAL NOT NULL);
)";

std::string pragma(Database& database, const std::string& name) {
  Statement statement = database.query("PRAGMA " + name);
  return statement.step() ? statement.text(0) : "";
}

std::string described(Database& database) {
  Statement statement = database.query(
      "SELECT type || ' ' || name || ': ' || ifnull(sql, '') FROM sqlite_schema ORDER BY 1");
  std::string text;
  while (statement.step()) text += statement.text(0) + "\n";
  return text;
}

[[noreturn]] void fail_damaged(const Database& database, const std::string& what) {
  throw Error(fmt::format("{}: the study is damaged: {}; restore a copy", database.path(), what));
}

std::string field(Database& database, const char* name) {
  Statement row = database.query("SELECT value FROM definition WHERE field = ?", name);
  if (!row.step()) fail_damaged(database, fmt::format("its definition has no '{}'", name));
  return row.text(0);
}

// Removes the file, and what SQLite keeps beside it, at the end.
class Scratch {
 public:
  explicit Scratch(std::string path) : path_(std::move(path)) { remove(); }
  ~Scratch() { remove(); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

 private:
  void remove() const {
    for (const char* end : {"", "-wal", "-shm", "-journal"}) ::unlink((path_ + end).c_str());
  }
  std::string path_;
};

std::uint64_t read_seed(Database& database) {
  const std::string text = field(database, "seed");
  std::uint64_t seed = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
  if (error != std::errc() || end != text.data() + text.size()) {
    fail_damaged(database, "its seed is no number");
  }
  return seed;
}

void read_metrics(Database& database, StudyDefinition& definition) {
  Statement row = database.query(
      "SELECT name, direction, level, objective, bound, id, computed FROM metric ORDER BY id");
  while (row.step()) {
    const bool objective = row.integer(3) != 0;
    if (row.integer(5) != static_cast<std::int64_t>(definition.metrics.size()) ||
        (objective && definition.objectives != definition.metrics.size())) {
      fail_damaged(database, "its metrics are out of order");
    }
    if (!row.is_null(4)) definition.limits.push_back({definition.metrics.size(), row.real(4)});
    definition.objectives += objective ? 1 : 0;
    if (row.integer(6) != 0) definition.computed.push_back(row.text(0));
    definition.metrics.push_back(
        parse_metric_spec(row.text(0) + ":" + row.text(1) + ":" + row.text(2)));
  }
  if (definition.objectives == 0) fail_damaged(database, "it has no objective");
}

}  // namespace

void write_schema(Database& database, const StudyDefinition& definition) {
  Transaction transaction(database);
  database.execute(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {};{}",
                               kApplication, kVersion, kSchema));
  const auto put = [&](std::string_view name, std::string_view value) {
    database.run("INSERT INTO definition VALUES (?, ?)", name, value);
  };
  put("space", definition.space);
  put("space_file", definition.space_file);
  put("method", definition.method);
  put("seed", std::to_string(definition.seed));
  put("evaluator", definition.evaluator);
  for (std::size_t k = 0; k < definition.metrics.size(); ++k) {
    const MetricSpec& metric = definition.metrics[k];
    const auto limit = std::ranges::find(definition.limits, k, &Limit::metric);
    const bool computed =
        std::ranges::find(definition.computed, metric.name) != definition.computed.end();
    database.run("INSERT INTO metric VALUES (?, ?, ?, ?, ?, ?, ?)", static_cast<std::int64_t>(k),
                 metric.name, metric.direction == Direction::kMax ? "max" : "min",
                 metric.level == MetricLevel::kClass ? "class" : "cell",
                 static_cast<std::int64_t>(k < definition.objectives ? 1 : 0),
                 limit == definition.limits.end() ? std::nullopt : std::optional(limit->value),
                 static_cast<std::int64_t>(computed ? 1 : 0));
  }
  transaction.commit();
}

bool create_study_file(const std::string& path, const StudyDefinition& definition) {
  const std::string scratch = fmt::format("{}.new-{}", path, ::getpid());
  const Scratch removed(scratch);
  {
    Database database(scratch, Database::Mode::kNew);
    // One flush a commit, and nobody who reads waits. Where the file system cannot (no shared
    // memory), SQLite stays with its rollback journal, which is as safe.
    pragma(database, "journal_mode = WAL");
    write_schema(database, definition);
  }
  if (::link(scratch.c_str(), path.c_str()) == 0) return true;
  if (errno == EEXIST) return false;
  throw Error(fmt::format("cannot create {}: {}", path, std::strerror(errno)));
}

void check_schema(Database& database) {
  const std::string application = pragma(database, "application_id");
  if (application != std::to_string(kApplication)) {
    throw Error(database.path() + ": expected a study, found another kind of SQLite file");
  }
  const std::string version = pragma(database, "user_version");
  if (version != std::to_string(kVersion)) {
    throw Error(
        fmt::format("{}: expected a study of format {}, found format {}; use a newer version",
                    database.path(), kVersion, version));
  }
  const std::string damage = pragma(database, "quick_check(1)");
  if (damage != "ok") fail_damaged(database, damage);
  Database expected(":memory:", Database::Mode::kNew);
  expected.execute(kSchema);
  if (described(database) != described(expected)) {
    fail_damaged(database, "its tables are not those of a study");
  }
}

StudyDefinition read_definition(Database& database) {
  StudyDefinition definition;
  definition.space = field(database, "space");
  definition.space_file = field(database, "space_file");
  definition.method = field(database, "method");
  definition.seed = read_seed(database);
  definition.evaluator = field(database, "evaluator");
  read_metrics(database, definition);
  return definition;
}

}  // namespace dinas
