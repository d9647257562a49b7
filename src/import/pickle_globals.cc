#include "import/pickle_globals.h"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <cstring>
#include <limits>

#include "base/error.h"
#include "base/text.h"

namespace dinas {
namespace {

struct KnownGlobal {
  std::string_view module;
  std::string_view name;
  PickleGlobal global;
};

// numpy 2 moved its modules.
constexpr std::array<KnownGlobal, 10> kKnown = {{
    {"collections", "OrderedDict", PickleGlobal::kOrderedDict},
    {"builtins", "set", PickleGlobal::kSet},
    {"__builtin__", "set", PickleGlobal::kSet},
    {"_codecs", "encode", PickleGlobal::kEncode},
    {"numpy.core.multiarray", "scalar", PickleGlobal::kScalar},
    {"numpy._core.multiarray", "scalar", PickleGlobal::kScalar},
    {"numpy.core.multiarray", "_reconstruct", PickleGlobal::kReconstruct},
    {"numpy._core.multiarray", "_reconstruct", PickleGlobal::kReconstruct},
    {"numpy", "ndarray", PickleGlobal::kNdarray},
    {"numpy", "dtype", PickleGlobal::kDtype},
}};

// What a pickle of a model of XGBoost names besides.
constexpr std::array<KnownGlobal, 2> kOfBoosters = {{
    {"builtins", "bytearray", PickleGlobal::kByteArray},
    {"xgboost.core", "Booster", PickleGlobal::kBooster},
}};

using Arguments = std::vector<PickleValue>;

const Arguments* tuple_of(const PickleValue& value) {
  const auto* list = std::get_if<std::shared_ptr<PickleList>>(&value);
  return list && (*list)->kind == PickleList::Kind::kTuple ? &(*list)->items : nullptr;
}

template <typename Node>
const std::shared_ptr<Node>* node_at(const Arguments& arguments, std::size_t index) {
  return index < arguments.size() ? std::get_if<std::shared_ptr<Node>>(&arguments[index]) : nullptr;
}

[[noreturn]] void refuse_call(std::string_view what) {
  throw Error(fmt::format("expected the arguments that {} is written with, found others", what));
}

// One element; `bytes` has at least the size of the type.
double decode(const PickleDtype& type, const char* bytes) {
  std::array<char, 8> raw{};
  for (int i = 0; i < type.size; ++i) {
    raw.at(static_cast<std::size_t>(type.big_endian ? type.size - 1 - i : i)) = bytes[i];
  }
  std::uint64_t number = 0;
  std::memcpy(&number, raw.data(), raw.size());
  if (type.kind == 'f' && type.size == 8) return std::bit_cast<double>(number);
  if (type.kind == 'f') {
    return double{std::bit_cast<float>(static_cast<std::uint32_t>(number))};
  }
  if (type.kind != 'i') return static_cast<double>(number);
  const int unused = 64 - 8 * type.size;
  return static_cast<double>(std::bit_cast<std::int64_t>(number << unused) >> unused);
}

// 'f8': kind and size.
PickleValue make_dtype(const PickleHeap& heap, const Arguments& arguments) {
  const auto* text = node_at<PickleText>(arguments, 0);
  if (!text) refuse_call("numpy.dtype");
  const std::string& code = (*text)->text;
  const bool known = code == "b1" || code == "f4" || code == "f8" ||
                     (code.size() == 2 && (code[0] == 'i' || code[0] == 'u') &&
                      std::string_view("1248").find(code[1]) != std::string_view::npos);
  if (!known) {
    throw Error(
        fmt::format("expected a numpy type of numbers (b1, i1 to i8, u1 to u8, f4, f8), "
                    "found '{}'",
                    shown(code)));
  }
  const auto type = heap.make<PickleDtype>();
  type->kind = code[0];
  type->size = code[1] - '0';
  return type;
}

PickleValue make_scalar(const Arguments& arguments) {
  const auto* type = node_at<PickleDtype>(arguments, 0);
  const auto* bytes = node_at<PickleText>(arguments, 1);
  if (!type || !bytes || (*bytes)->text.size() != static_cast<std::size_t>((*type)->size)) {
    refuse_call("a numpy number");
  }
  return decode(**type, (*bytes)->text.data());
}

// _codecs.encode(text, 'latin1'): bytes written as the characters of the same numbers.
PickleValue make_bytes(const PickleHeap& heap, const Arguments& arguments) {
  const auto* text = node_at<PickleText>(arguments, 0);
  const auto* coding = node_at<PickleText>(arguments, 1);
  if (!text || !coding || (*coding)->text != "latin1") refuse_call("bytes");
  const std::string& utf8 = (*text)->text;
  heap.copy(utf8.size());
  std::string bytes;
  bytes.reserve(utf8.size());
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto first = static_cast<std::uint8_t>(utf8[i]);
    if (first < 0x80U) {
      bytes += utf8[i];
      continue;
    }
    if ((first != 0xc2U && first != 0xc3U) || ++i == utf8.size()) refuse_call("bytes");
    const auto second = static_cast<std::uint8_t>(utf8[i]);
    bytes += static_cast<char>((first & 3U) << 6U | (second & 0x3fU));
  }
  return heap.text(std::move(bytes), true);
}

// bytearray(bytes): nothing changes it here, so that it may be the same bytes.
PickleValue same_bytes(const Arguments& arguments) {
  const auto* bytes = node_at<PickleText>(arguments, 0);
  if (!bytes || !(*bytes)->bytes || arguments.size() != 1) refuse_call("a bytearray");
  return *bytes;
}

PickleValue make_set(const PickleHeap& heap, const Arguments& arguments) {
  const auto* items = node_at<PickleList>(arguments, 0);
  if (!items) refuse_call("a set");
  heap.copy((*items)->items.size() * sizeof(PickleValue));
  return heap.list(PickleList::Kind::kSet, (*items)->items);
}

void read_shape(const PickleValue& value, PickleArray& array) {
  constexpr std::size_t most_dimensions = 64;  // of numpy
  const Arguments* sizes = tuple_of(value);
  if (!sizes || sizes->size() > most_dimensions) refuse_call("a numpy array");
  array.shape.clear();
  make_room(array.shape, sizes->size(), array.charge);
  for (const PickleValue& size : *sizes) {
    const auto* number = std::get_if<std::int64_t>(&size);
    if (!number || *number < 0) refuse_call("a numpy array");
    array.shape.push_back(static_cast<std::uint64_t>(*number));
  }
}

// (version, shape, type, Fortran order, bytes)
void build_array(PickleArray& array, const Arguments& state) {
  const auto* type = node_at<PickleDtype>(state, 2);
  const auto* bytes = node_at<PickleText>(state, 4);
  const bool* fortran = state.size() == 5 ? std::get_if<bool>(&state[3]) : nullptr;
  if (!type || !bytes || !fortran) refuse_call("a numpy array of numbers");
  read_shape(state[1], array);
  if (*fortran && array.shape.size() > 1) {
    throw Error("expected a numpy array in C order, found one in Fortran order");
  }
  const std::string& raw = (*bytes)->text;
  const auto size = static_cast<std::uint64_t>((*type)->size);
  std::uint64_t count = 1;
  for (const std::uint64_t extent : array.shape) {
    // More than there are bytes is wrong whatever follows, and must not overflow.
    count = extent != 0 && count > raw.size() / extent ? raw.size() + 1 : count * extent;
  }
  if (raw.size() % size != 0 || raw.size() / size != count) {
    throw Error(fmt::format("expected a numpy array with as many bytes as its shape says, found {}",
                            raw.size()));
  }
  array.values.clear();
  make_room(array.values, count, array.charge);
  array.charge.copy(count * sizeof(double));
  for (std::size_t i = 0; i < raw.size(); i += size) {
    array.values.push_back(decode(**type, raw.data() + i));
  }
}

}  // namespace

PickleGlobal known_global(std::string_view module, std::string_view name, bool boosters) {
  for (const KnownGlobal& known : kKnown) {
    if (known.module == module && known.name == name) return known.global;
  }
  for (const KnownGlobal& known : kOfBoosters) {
    if (boosters && known.module == module && known.name == name) return known.global;
  }
  throw Error(
      fmt::format("expected plain data (numbers, texts, lists, dictionaries, numpy arrays), "
                  "found '{}.{}', which would be run; nothing was run",
                  shown(module), shown(name)));
}

PickleValue call_global(const PickleHeap& heap, const PickleValue& callable,
                        const PickleValue& arguments) {
  const auto* global = std::get_if<PickleGlobal>(&callable);
  const Arguments* tuple = tuple_of(arguments);
  if (!global || !tuple) throw Error("expected a known class and its arguments, found others");
  switch (*global) {
    case PickleGlobal::kOrderedDict:
      if (!tuple->empty()) refuse_call("collections.OrderedDict");
      return heap.make<PickleDict>();
    case PickleGlobal::kSet:
      return make_set(heap, *tuple);
    case PickleGlobal::kEncode:
      return make_bytes(heap, *tuple);
    case PickleGlobal::kScalar:
      return make_scalar(*tuple);
    case PickleGlobal::kReconstruct:
      return heap.make<PickleArray>();
    case PickleGlobal::kDtype:
      return make_dtype(heap, *tuple);
    case PickleGlobal::kByteArray:
      return same_bytes(*tuple);
    case PickleGlobal::kNdarray:
    case PickleGlobal::kBooster:
      break;
  }
  throw Error("expected a known function and its arguments, found a class");
}

bool is_booster(const PickleValue& value) {
  const auto* global = std::get_if<PickleGlobal>(&value);
  return global && *global == PickleGlobal::kBooster;
}

PickleValue new_object(const PickleValue& type, const PickleValue& arguments) {
  const Arguments* tuple = tuple_of(arguments);
  if (!is_booster(type) || !tuple || !tuple->empty()) {
    throw Error(
        "expected plain data (numbers, texts, lists, dictionaries), found an object; nothing was "
        "run");
  }
  return type;
}

void build_object(const PickleValue& object, const PickleValue& state) {
  const Arguments* tuple = tuple_of(state);
  if (!tuple) throw Error("expected the state of a numpy type or array, found something else");
  if (const auto* array = std::get_if<std::shared_ptr<PickleArray>>(&object)) {
    build_array(**array, *tuple);
    return;
  }
  const auto* type = std::get_if<std::shared_ptr<PickleDtype>>(&object);
  const auto* order = node_at<PickleText>(*tuple, 1);
  if (!type || !order) throw Error("expected the state of a numpy type or array, found another");
  const std::string& mark = (*order)->text;
  if (mark != "<" && mark != ">" && mark != "|") {
    throw Error(fmt::format("expected the byte order '<', '>' or '|', found '{}'", shown(mark)));
  }
  (*type)->big_endian = mark == ">";
}

}  // namespace dinas
