// What a pickle of plain data holds: numbers, texts, and lists and dictionaries of such.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace dinas {

/// The memory that the values of one pickle take, about.
struct PickleMeter {
  std::uint64_t used = 0;
  std::uint64_t limit = 0;
  std::uint64_t copied = 0;

  /// Throws Error where `more` bytes would pass the limit: to be asked before they are allocated.
  void check(std::uint64_t more) const;
  /// Counts what is made of a value that stays, over the whole pickle: four bytes of it can ask for
  /// a copy of a large value, which is gone with the next byte. Throws Error beyond the limit.
  void copy(std::uint64_t bytes);
};

/// A value's share of the meter, given back when the value is gone. `add` comes before the memory
/// is taken, and throws Error where that is too much.
class PickleCharge {
 public:
  PickleCharge() = default;
  ~PickleCharge() {
    if (meter_) meter_->used -= mine_;
  }
  PickleCharge(const PickleCharge&) = delete;
  PickleCharge& operator=(const PickleCharge&) = delete;
  void add(std::shared_ptr<PickleMeter> meter, std::uint64_t bytes) {
    meter_ = std::move(meter);
    add(bytes);
  }
  void check(std::uint64_t more) const { meter_->check(more); }
  void copy(std::uint64_t bytes) const { meter_->copy(bytes); }
  void add(std::uint64_t bytes) {
    check(bytes);
    mine_ += bytes;
    meter_->used += bytes;
  }

 private:
  std::shared_ptr<PickleMeter> meter_;
  std::uint64_t mine_ = 0;
};

/// Makes room for `more` values at the end, on the charge.
template <typename Value>
void make_room(std::vector<Value>& values, std::size_t more, PickleCharge& charge) {
  const std::size_t needed = values.size() + more;
  if (needed <= values.capacity()) return;
  const std::size_t room = std::max(needed, 2 * values.capacity());
  charge.check(room * sizeof(Value));  // the old room is still there while values move
  charge.add((room - values.capacity()) * sizeof(Value));
  values.reserve(room);
}

struct PickleText;
struct PickleList;
struct PickleDict;
struct PickleArray;
struct PickleDtype;

/// A class or function that the reader knows; it stands for the name and is never called.
enum class PickleGlobal {
  kOrderedDict,
  kSet,
  kEncode,       // _codecs.encode: how protocol 2 writes bytes
  kScalar,       // numpy.core.multiarray.scalar
  kReconstruct,  // numpy.core.multiarray._reconstruct
  kNdarray,
  kDtype,
  kByteArray,
  kBooster,  // xgboost.core.Booster
};

/// Values share what they hold; there are no cycles, and nothing is nested deeper than 100.
using PickleValue =
    std::variant<std::monostate, bool, std::int64_t, double, std::shared_ptr<PickleText>,
                 std::shared_ptr<PickleList>, std::shared_ptr<PickleDict>,
                 std::shared_ptr<PickleArray>, std::shared_ptr<PickleDtype>, PickleGlobal>;

struct PickleText {
  PickleCharge charge;
  bool bytes = false;  // or characters, in UTF-8
  std::string text;
};

/// Nothing that another value holds is changed any more, so no value can come to hold itself.
struct PickleContainer {
  PickleCharge charge;
  int depth = 1;
  bool held = false;
};

struct PickleList : PickleContainer {
  enum class Kind { kList, kTuple, kSet };
  Kind kind = Kind::kList;
  std::vector<PickleValue> items;
};

/// In the order of the file.
struct PickleDict : PickleContainer {
  std::vector<std::pair<PickleValue, PickleValue>> entries;
  /// The value of a text key, the last one if there are several; nullptr if there is none.
  [[nodiscard]] const PickleValue* find(std::string_view key) const;
};

/// A numpy array of numbers; integers beyond 2^53 are rounded.
struct PickleArray {
  PickleCharge charge;
  std::vector<std::uint64_t> shape;
  std::vector<double> values;  // the last index is the fastest
};

/// A numpy type of numbers.
struct PickleDtype {
  PickleCharge charge;
  char kind = 'f';  // b, i, u, f as in numpy
  int size = 8;     // bytes
  bool big_endian = false;
};

/// A value with the way to it ("nasbench201/cifar10"), for messages: "FILE: expected ... at WAY,
/// found ...". Every function throws Error where the value is something else.
class PickleView {
 public:
  PickleView(const PickleValue& value, std::string file) : value_(&value), file_(std::move(file)) {}

  [[nodiscard]] bool is_none() const;
  [[nodiscard]] bool is_dict() const;
  [[nodiscard]] bool is_list() const;  // a list, a tuple or an array
  [[nodiscard]] bool is_array() const;
  /// A bool, an integer, a real number; or a numpy array with one element.
  [[nodiscard]] double number() const;
  /// A number() that is a whole one in [low, high]; both within 2^53.
  [[nodiscard]] std::int64_t integer(std::int64_t low, std::int64_t high) const;
  [[nodiscard]] const std::string& text() const;
  [[nodiscard]] const std::string& bytes() const;
  [[nodiscard]] const PickleDict& dict() const;
  /// Items of a list or tuple or of a one-dimensional array.
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] double number_at(std::size_t index) const;
  [[nodiscard]] PickleView item(std::size_t index) const;  // of a list or tuple
  /// The value of a text key of a dictionary, one of at most 1000 keys: a small file may refer to a
  /// large one any number of times, and a key is searched from one end.
  [[nodiscard]] PickleView member(std::string_view key) const;
  [[nodiscard]] bool has(std::string_view key) const;
  /// A value inside this one, called `way`.
  [[nodiscard]] PickleView inner(const PickleValue& value, std::string_view way) const;

  [[noreturn]] void fail(std::string_view expected) const;

 private:
  PickleView(const PickleValue& value, std::string file, std::string way)
      : value_(&value), file_(std::move(file)), way_(std::move(way)) {}
  [[nodiscard]] const PickleList& list() const;
  [[nodiscard]] const PickleValue* find(std::string_view key) const;
  [[nodiscard]] std::string place() const;

  const PickleValue* value_;
  std::string file_;
  std::string way_;
};

}  // namespace dinas
