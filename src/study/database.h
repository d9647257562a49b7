// SQLite as the study needs it: the only file pair that knows its interface.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace dinas {

/// A prepared statement with its values. Columns and parameters count from 0.
class Statement {
 public:
  Statement(sqlite3* connection, std::string path, std::string_view sql);

  void bind(int parameter, std::int64_t value);
  void bind(int parameter, double value);
  void bind(int parameter, std::string_view value);
  template <class T>
  void bind(int parameter, const std::optional<T>& value) {
    if (value) bind(parameter, *value);  // what is not bound is NULL
  }

  /// To the next row; false where there is none. Throws Error.
  bool step();
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] double real(int column) const;
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] bool is_null(int column) const;

 private:
  struct Finalise {
    void operator()(sqlite3_stmt* statement) const;
  };
  std::unique_ptr<sqlite3_stmt, Finalise> statement_;
  std::string path_;
};

/// One connection. Waits half a minute for a file that another process has locked. What has been
/// committed is on the disk (synchronous = EXTRA). Throws Error that names the file: not there, not
/// SQLite, damaged, locked, full.
class Database {
 public:
  enum class Mode { kExisting, kNew };  // a file that is there, or a new one
  Database(const std::string& path, Mode mode);

  /// A statement with its parameters bound in order.
  template <class... Values>
  Statement query(std::string_view sql, const Values&... values) {
    Statement statement(connection_.get(), path_, sql);
    int parameter = 0;
    (statement.bind(parameter++, values), ...);
    return statement;
  }
  /// The same for a statement without rows.
  template <class... Values>
  void run(std::string_view sql, const Values&... values) {
    query(sql, values...).step();
  }
  /// Several statements without parameters.
  void execute(const std::string& sql);

  [[nodiscard]] std::int64_t last_id() const;
  /// Rows that the last statement changed.
  [[nodiscard]] std::int64_t changes() const;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  struct Close {
    void operator()(sqlite3* connection) const;
  };
  std::string path_;
  std::unique_ptr<sqlite3, Close> connection_;
};

/// The only writer until it is gone; undone unless committed.
class Transaction {
 public:
  explicit Transaction(Database& database) : database_(database) {
    database_.execute("BEGIN IMMEDIATE");
  }
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  void commit() {
    database_.execute("COMMIT");
    done_ = true;
  }

 private:
  Database& database_;
  bool done_ = false;
};

}  // namespace dinas
