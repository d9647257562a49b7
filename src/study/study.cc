#include "study/study.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "study/clock.h"
#include "study/schema.h"

namespace dinas {
namespace {

std::unique_ptr<Database> open_study(const std::string& path) {
  auto database = std::make_unique<Database>(path, Database::Mode::kExisting);
  check_schema(*database);
  return database;
}

std::unique_ptr<Database> memory_study(const StudyDefinition& definition) {
  auto database = std::make_unique<Database>(":memory:", Database::Mode::kNew);
  write_schema(*database, definition);
  return database;
}

}  // namespace

bool Study::create(const std::string& path, const StudyDefinition& definition) {
  return create_study_file(path, definition);
}

Study::Study(const std::string& path) : database_(open_study(path)) {
  definition_ = read_definition(*database_);
  task_ = task_of(definition_, space_of(definition_));
  twins_share_ = std::ranges::any_of(task_.metrics, [](const SearchMetric& metric) {
    return !metric.computed && metric.spec.level == MetricLevel::kClass;
  });
}

Study::Study(const StudyDefinition& definition)
    : database_(memory_study(definition)),
      definition_(definition),
      task_(task_of(definition, space_of(definition))) {
  twins_share_ = std::ranges::any_of(task_.metrics, [](const SearchMetric& metric) {
    return !metric.computed && metric.spec.level == MetricLevel::kClass;
  });
}

Architecture Study::parse(const std::string& notation, std::int64_t id) {
  const auto [entry, is_new] = parsed_.try_emplace(id);
  if (is_new) {
    std::string why;
    auto architecture = space().parse(notation, why);
    if (!architecture) {
      throw Error(fmt::format("{}: the study is damaged: architecture {}: {}; restore a copy",
                              database_->path(), id, why));
    }
    entry->second = std::move(*architecture);
  }
  return entry->second;
}

std::vector<std::string> Study::wanted(std::int64_t id, std::int64_t canonical_class) {
  std::vector<std::string> names;
  for (std::size_t k = 0; k < task_.metrics.size(); ++k) {
    const SearchMetric& metric = task_.metrics[k];
    if (metric.computed) continue;
    const auto index = static_cast<std::int64_t>(k);
    const bool shared = metric.spec.level == MetricLevel::kClass;
    Statement known =
        shared ? database_->query(
                     "SELECT 1 FROM value JOIN architecture ON id = architecture "
                     "WHERE class = ? AND metric = ?",
                     canonical_class, index)
               : database_->query("SELECT 1 FROM value WHERE architecture = ? AND metric = ?", id,
                                  index);
    if (!known.step()) names.push_back(metric.spec.name);
  }
  return names;
}

bool Study::insert(const Architecture& architecture, std::string_view origin) {
  database_->run(
      "INSERT OR IGNORE INTO architecture (notation, class, origin, asked, state) "
      "VALUES (?, ?, ?, ?, 'open')",
      space().print(architecture), static_cast<std::int64_t>(space().canonical_class(architecture)),
      origin, seconds_now());
  return database_->changes() > 0;
}

Study::Added Study::add(std::span<const Architecture> architectures, std::string_view origin,
                        std::uint64_t budget) {
  Added result;
  Transaction transaction(*database_);
  std::uint64_t evaluations = counts().evaluations();
  for (const Architecture& architecture : architectures) {
    if (!insert(architecture, origin)) {
      ++result.known;
      continue;
    }
    const std::int64_t id = database_->last_id();
    if (wanted(id, static_cast<std::int64_t>(space().canonical_class(architecture))).empty()) {
      set_state(id, "inherited");
    } else if (evaluations < budget) {
      ++evaluations;
    } else {
      database_->run("DELETE FROM architecture WHERE id = ?", id);
      ++result.over_budget;
      continue;
    }
    ++result.added;
  }
  transaction.commit();
  return result;
}

Study::Imported Study::import(Table& table) {
  std::vector<std::pair<std::string, const Column*>> columns;
  for (const SearchMetric& metric : task_.metrics) {
    if (metric.computed) continue;
    columns.emplace_back(metric.spec.name, &table.require_column(metric.spec.name));
  }
  Imported result;
  Transaction transaction(*database_);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    MetricValues values;
    for (const auto& [name, column] : columns) {
      if (std::isfinite(column->values[row])) values[name] = column->values[row];
    }
    if (values.size() < columns.size()) {
      ++result.incomplete;
      continue;
    }
    insert(table.architecture(row), "import");
    Statement entry = database_->query("SELECT id, state FROM architecture WHERE notation = ?",
                                       space().print(table.architecture(row)));
    DINAS_CHECK(entry.step());
    if (entry.text(1) == "done") {
      ++result.known;
      continue;
    }
    store_values(entry.integer(0), values);
    ++result.imported;
  }
  transaction.commit();
  return result;
}

void Study::add_generation(const Generation& generation) {
  database_->run("INSERT INTO generation (labels, seconds, note, made) VALUES (?, ?, ?, ?)",
                 static_cast<std::int64_t>(generation.labels), generation.seconds, generation.note,
                 seconds_now());
}

}  // namespace dinas
