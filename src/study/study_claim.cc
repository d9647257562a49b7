// Who evaluates what, and what comes of it.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "study/clock.h"
#include "study/study.h"

namespace dinas {
namespace {

// Attempts that failed, of an architecture a.
constexpr const char* kFailures =
    "(SELECT count(*) FROM attempt WHERE architecture = a.id AND outcome IS NOT NULL "
    "AND outcome NOT IN ('done', 'lost', 'stopped'))";

}  // namespace

std::string_view failure_name(Failure::Kind kind) {
  constexpr std::array<std::string_view, 8> kNames = {
      "not started", "exit status",    "signal",     "time limit",
      "no answer",   "missing metric", "not finite", "reported"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::optional<Ticket> Study::claim(const Worker& worker, std::optional<double> lease) {
  Transaction transaction(*database_);
  open_ended_claims();
  const std::string twins_wait =
      "AND NOT EXISTS (SELECT 1 FROM architecture b WHERE b.class = a.class "
      "AND b.state = 'running') ";
  Statement next = database_->query(
      fmt::format("SELECT id, notation, class, {0} FROM architecture a WHERE state = 'open' {1}"
                  "ORDER BY {0}, id LIMIT 1",
                  kFailures, twins_share_ ? twins_wait : ""));
  if (!next.step()) {
    transaction.commit();
    return std::nullopt;
  }
  Ticket ticket;
  ticket.id = next.integer(0);
  ticket.notation = next.text(1);
  ticket.architecture = parse(ticket.notation, ticket.id);
  ticket.wanted = wanted(ticket.id, next.integer(2));
  ticket.failures = static_cast<std::size_t>(next.integer(3));
  const double now = seconds_now();
  set_state(ticket.id, "running");
  database_->run(
      "INSERT INTO attempt (architecture, worker, host, boot, pid, process_start, started, "
      "lease_end) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      ticket.id, worker.name, worker.process.host, worker.process.boot, worker.process.pid,
      worker.process.start, now, lease ? std::optional(now + *lease) : std::nullopt);
  ticket.attempt = database_->last_id();
  transaction.commit();
  return ticket;
}

void Study::release_ended() {
  Transaction transaction(*database_);
  open_ended_claims();
  transaction.commit();
}

void Study::open_ended_claims() {
  std::vector<std::pair<std::int64_t, std::int64_t>> ended;
  Statement running = database_->query(
      "SELECT id, architecture, host, boot, pid, process_start, lease_end FROM attempt "
      "WHERE outcome IS NULL");
  while (running.step()) {
    const bool over = !running.is_null(6) && running.real(6) < seconds_now();
    if (over ||
        has_ended({running.text(2), running.text(3), running.integer(4), running.integer(5)})) {
      ended.emplace_back(running.integer(0), running.integer(1));
    }
  }
  for (const auto& [attempt, architecture] : ended) {
    end_attempt(attempt, "lost", "the process that claimed it ended, or its time was over");
    set_state(architecture, "open");
  }
}

void Study::renew(const Worker& worker, double lease) {
  database_->run(
      "UPDATE attempt SET lease_end = ? WHERE outcome IS NULL AND lease_end IS NOT NULL AND "
      "worker = ? AND host = ? AND boot = ? AND pid = ? AND process_start = ?",
      seconds_now() + lease, worker.name, worker.process.host, worker.process.boot,
      worker.process.pid, worker.process.start);
}

void Study::release(const Ticket& ticket) {
  Transaction transaction(*database_);
  if (holds(ticket)) {
    end_attempt(ticket.attempt, "stopped", "");
    if (!is_settled(ticket.id)) set_state(ticket.id, "open");
  }
  transaction.commit();
}

void Study::check_values(const Ticket& ticket, const MetricValues& values) const {
  for (const auto& [name, value] : values) {
    const auto known = std::ranges::find(definition_.metrics, name, &MetricSpec::name);
    if (known == definition_.metrics.end()) {
      throw UsageError(fmt::format("the study has no metric '{}': expected {}", shown(name),
                                   fmt::join(ticket.wanted, ", ")));
    }
    if (!std::isfinite(value)) {
      throw UsageError(fmt::format("metric '{}': expected a finite number, found {}", name, value));
    }
  }
  for (const std::string& name : ticket.wanted) {
    if (!values.contains(name)) {
      throw UsageError(fmt::format("metric '{}' of architecture {} is missing: tell {} together",
                                   name, ticket.id, fmt::join(ticket.wanted, ", ")));
    }
  }
}

bool Study::tell(const Ticket& ticket, const MetricValues& values, std::string_view note) {
  check_values(ticket, values);
  Transaction transaction(*database_);
  const bool settled = is_settled(ticket.id);
  if (!settled) store_values(ticket.id, values);
  end_attempt(ticket.attempt, "done", settled ? "somebody else had told it" : note);
  transaction.commit();
  return !settled;
}

bool Study::fail(const Ticket& ticket, const Failure& failure, Again again) {
  Transaction transaction(*database_);
  // A claim that was lost in the meantime is another's now.
  const bool settled = is_settled(ticket.id) || !(ticket.attempt == 0 || holds(ticket));
  if (!settled) set_state(ticket.id, again == Again::kYes ? "open" : "failed");
  std::int64_t attempt = ticket.attempt;
  if (attempt == 0) {  // nobody has claimed it, but the reason must be kept
    database_->run(
        "INSERT INTO attempt (architecture, worker, host, boot, pid, process_start, started) "
        "VALUES (?, 'nobody', '', '', 0, 0, ?)",
        ticket.id, seconds_now());
    attempt = database_->last_id();
  }
  end_attempt(
      attempt, failure_name(failure.kind), failure.message,
      failure.exit_status ? std::optional<std::int64_t>(*failure.exit_status) : std::nullopt);
  transaction.commit();
  return !settled;
}

Ticket Study::ticket(std::int64_t id) {
  Statement row = database_->query(
      fmt::format("SELECT notation, class, {}, state, (SELECT max(id) FROM attempt WHERE "
                  "architecture = a.id AND outcome IS NULL) FROM architecture a WHERE id = ?",
                  kFailures),
      id);
  if (!row.step()) throw UsageError(fmt::format("the study has no architecture {}", id));
  const std::string state = row.text(3);
  if (state == "done" || state == "inherited") {
    throw UsageError(fmt::format("architecture {} is done: what was told is kept", id));
  }
  Ticket ticket;
  ticket.id = id;
  ticket.notation = row.text(0);
  ticket.architecture = parse(ticket.notation, id);
  ticket.wanted = wanted(id, row.integer(1));
  ticket.failures = static_cast<std::size_t>(row.integer(2));
  ticket.attempt = row.integer(4);  // 0 for NULL
  return ticket;
}

bool Study::holds(const Ticket& ticket) {
  Statement row =
      database_->query("SELECT 1 FROM attempt WHERE id = ? AND outcome IS NULL", ticket.attempt);
  return row.step();
}

bool Study::is_settled(std::int64_t id) {
  Statement row = database_->query(
      "SELECT 1 FROM architecture WHERE id = ? AND state IN ('done', 'inherited')", id);
  return row.step();
}

void Study::store_values(std::int64_t id, const MetricValues& values) {
  for (const auto& [name, value] : values) {
    const auto metric = std::ranges::find(definition_.metrics, name, &MetricSpec::name);
    database_->run("INSERT OR IGNORE INTO value SELECT ?, id, ?, ? FROM metric WHERE name = ?", id,
                   value, seconds_now(), metric->name);
  }
  set_state(id, "done");
  if (twins_share_) settle_twins(id);
}

void Study::settle_twins(std::int64_t id) {
  std::vector<std::int64_t> settled;
  Statement twins = database_->query(
      "SELECT b.id, b.class FROM architecture a JOIN architecture b ON a.class = b.class "
      "WHERE a.id = ? AND b.state = 'open'",
      id);
  while (twins.step()) {
    if (wanted(twins.integer(0), twins.integer(1)).empty()) settled.push_back(twins.integer(0));
  }
  for (const std::int64_t twin : settled) set_state(twin, "inherited");
}

void Study::set_state(std::int64_t id, std::string_view state) {
  database_->run("UPDATE architecture SET state = ? WHERE id = ?", state, id);
}

void Study::end_attempt(std::int64_t attempt, std::string_view outcome, std::string_view message,
                        std::optional<std::int64_t> exit_status) {
  database_->run(
      "UPDATE attempt SET ended = ?, outcome = ?, message = ?, exit_status = ? "
      "WHERE id = ? AND outcome IS NULL",
      seconds_now(), outcome, message, exit_status, attempt);
}

}  // namespace dinas
