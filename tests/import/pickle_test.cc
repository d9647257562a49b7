#include "import/pickle.h"

#include <gtest/gtest.h>

#include <functional>

#include "import/support.h"
#include "import/table_text.h"

namespace dinas {
namespace {

using namespace std::string_literals;

PickleValue read(const std::string& bytes, const PickleOptions& options = {}) {
  const auto source = bytes_in_memory(bytes, "test");
  ByteReader reader(*source);
  return read_pickle(reader, options);
}

std::string error_in(const std::string& bytes, const PickleOptions& options = {}) {
  return error_of([&] { read(bytes, options); });
}

// What pickle.dumps of Python 3 writes with protocol 2, comments aside:
// {"a": [1, 256, -2, 1.5, True, None], "b": (3, "x")}
const std::string kSmall =
    "\x80\x02}q\x00(X\x01\x00\x00\x00"
    "aq\x01]q\x02(K\x01M\x00\x01J\xfe\xff\xff\xffG?\xf8\x00\x00\x00\x00\x00\x00\x88"
    "NeX\x01\x00\x00\x00"
    "bq\x03K\x03X\x01\x00\x00\x00xq\x04\x86q\x05u."s;

TEST(Pickle, ReadsNumbersTextsListsAndDictionaries) {
  const PickleValue value = read(kSmall);
  const PickleView view(value, "test");
  const PickleView list = view.member("a");
  ASSERT_EQ(list.size(), 6U);
  EXPECT_EQ(list.number_at(0), 1.0);
  EXPECT_EQ(list.number_at(1), 256.0);
  EXPECT_EQ(list.number_at(2), -2.0);
  EXPECT_EQ(list.number_at(3), 1.5);
  EXPECT_EQ(list.number_at(4), 1.0);
  EXPECT_TRUE(list.item(5).is_none());
  EXPECT_EQ(view.member("b").item(1).text(), "x");
  EXPECT_FALSE(view.has("c"));
}

TEST(Pickle, ReadsIntegersOfAnyLength) {
  EXPECT_EQ(std::get<std::int64_t>(read("\x80\x02\x8a\x00."s)), 0);
  EXPECT_EQ(std::get<std::int64_t>(read("\x80\x02\x8a\x01\xff."s)), -1);
  EXPECT_EQ(std::get<std::int64_t>(read("\x80\x02\x8a\x03\x00\x00\x01."s)), 65536);
  // Nine bytes do not fit; they are no number.
  EXPECT_NE(error_of([] {
              const PickleValue value = read("\x80\x02\x8a\x09"s + std::string(9, '\x01') + "."s);
              static_cast<void>(PickleView(value, "test").number());
            }).find("expected a number at the top"),
            std::string::npos);
}

// numpy.array([1, -2], dtype) as protocol 2 writes it in Python 3: the bytes are a text.
std::string numpy_array(const std::string& type, char order, const std::string& shape,
                        const std::string& raw) {
  return "\x80\x02"s + "cnumpy.core.multiarray\n_reconstruct\nq\x00"s +
         "cnumpy\nndarray\nq\x01K\x00\x85q\x02"s +
         "C\x01"
         "b\x87q\x03Rq\x04(K\x01"s +
         shape + "cnumpy\ndtype\nX\x02\x00\x00\x00"s + type +
         "\x89\x88\x87Rq\x05(K\x03X\x01\x00\x00\x00"s + order +
         "NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89"
         "C"s +
         static_cast<char>(raw.size()) + raw + "tb."s;
}

TEST(Pickle, ReadsNumpyArraysInEitherByteOrder) {
  const std::string pair = "K\x02\x85"s;
  const std::string little = "\x01\x00\x00\x00\xfe\xff\xff\xff"s;
  const std::string big = "\x00\x00\x00\x01\xff\xff\xff\xfe"s;
  for (const PickleValue& value :
       {read(numpy_array("i4", '<', pair, little)), read(numpy_array("i4", '>', pair, big))}) {
    const PickleView view(value, "test");
    ASSERT_EQ(view.size(), 2U);
    EXPECT_EQ(view.number_at(0), 1.0);
    EXPECT_EQ(view.number_at(1), -2.0);
  }
  // 1.0f is 0x3f800000, and 0xff as an unsigned byte 255.
  EXPECT_EQ(PickleView(read(numpy_array("f4", '<', "K\x01\x85"s, "\x00\x00\x80\x3f"s)), "test")
                .number_at(0),
            1.0);
  EXPECT_EQ(PickleView(read(numpy_array("u1", '|', "K\x01\x85"s, "\xff"s)), "test").number_at(0),
            255.0);
}

TEST(Pickle, RefusesArraysThatAreNotWhatTheirShapeSays) {
  const std::string four(4, '\0');
  EXPECT_NE(error_in(numpy_array("i4", '<', "K\x02\x85"s, four)).find("as its shape says"),
            std::string::npos);
  // 2^31 * 2^31 * 4 elements would overflow.
  const std::string huge = "J\xff\xff\xff\x7fJ\xff\xff\xff\x7fK\x04\x87"s;
  EXPECT_NE(error_in(numpy_array("i4", '<', huge, four)).find("as its shape says"),
            std::string::npos);
  EXPECT_NE(error_in(numpy_array("O8", '|', "K\x01\x85"s, four)).find("numpy type of numbers"),
            std::string::npos);
  EXPECT_NE(error_in(numpy_array("i4", '@', "K\x01\x85"s, four)).find("byte order"),
            std::string::npos);
}

TEST(Pickle, RunsNothing) {
  const std::string call =
      "\x80\x02"
      "cos\nsystem\nX\x04\x00\x00\x00true\x85R."s;
  EXPECT_EQ(error_in(call),
            "test: byte 2: GLOBAL: expected plain data (numbers, texts, lists, dictionaries, numpy "
            "arrays), found 'os.system', which would be run; nothing was run");
  const std::string stacked =
      "\x80\x04\x8c\x08"
      "builtins\x8c\x04"
      "eval\x93."s;
  EXPECT_NE(error_in(stacked).find("byte 18: STACK_GLOBAL: expected plain data"),
            std::string::npos);
  for (const char* code : {"i", "o", "\x81", "\x92", "P", "Q", "\x82"}) {
    EXPECT_NE(error_in("\x80\x02"s + code).find("test: byte 2: expected plain data"),
              std::string::npos);
  }
}

TEST(Pickle, SaysWhereABrokenOneStops) {
  for (std::size_t size = 0; size + 1 < kSmall.size(); ++size) {
    EXPECT_NE(error_in(kSmall.substr(0, size)).find("cut short"), std::string::npos) << size;
  }
  EXPECT_NE(error_in("\x80\x02\xff"s).find("test: byte 2: expected a pickle, found the byte 0xff"),
            std::string::npos);
  EXPECT_NE(error_in("I1\n."s).find("opcode INT of protocol 0"), std::string::npos);
  EXPECT_NE(error_in("\x80\x02q\x00."s).find("byte 2: BINPUT: expected a value"),
            std::string::npos);
  EXPECT_NE(error_in("\x80\x02(0."s).find("byte 3: POP: expected a value"), std::string::npos);
  EXPECT_NE(error_in("\x80\x02h\x07."s).find("BINGET: expected the number of a value noted"),
            std::string::npos);
  EXPECT_NE(error_in("\x80\x02}(K\x01u."s).find("a key alone"), std::string::npos);
  EXPECT_NE(error_in("\x80\x02."s).find("expected one value, found 0"), std::string::npos);
}

TEST(Pickle, HoldsNothingThatHoldsItself) {
  EXPECT_NE(error_in("\x80\x02]q\x00h\x00"
                     "a."s)
                .find("holds itself"),
            std::string::npos);
  // a = []; b = [a]; a.append(b)
  EXPECT_NE(error_in("\x80\x02]q\x00]q\x01h\x00"
                     "a0h\x00h\x01"
                     "a."s)
                .find("already in use"),
            std::string::npos);
  const std::string deep = std::string(100, ']') + std::string(99, 'a');
  EXPECT_NO_THROW(read("\x80\x02"s + deep + "."s));
  EXPECT_NE(error_in("\x80\x02]"s + deep + "a."s).find("100 levels"), std::string::npos);
}

TEST(Pickle, KeepsToItsMemory) {
  PickleOptions options;
  options.memory_limit = 1U << 20U;
  EXPECT_NE(error_in(std::string(1U << 15U, ']'), options).find("at most 1 MiB"),
            std::string::npos);
  // A text that claims 4 GiB, and one that claims 1 GiB, more than there is.
  EXPECT_NE(error_in("\x80\x02X\xff\xff\xff\xffx"s, options).find("found 4294967295"),
            std::string::npos);
  EXPECT_NE(error_in("\x80\x02X\x00\x00\x00\x40x"s).find("cut short"), std::string::npos);
  // What has been dropped no longer counts.
  std::string pickle = "\x80\x02"s;
  for (int i = 0; i < 64; ++i)
    pickle += "B"s + little_endian(1U << 16U, 4) + std::string(65536, 'x') + "0"s;
  EXPECT_NO_THROW(read(pickle + "N."s, options));
}

// What is there twice for a moment counts twice: values on their way from the stack into a list,
// and the bytes of a text that grows.
TEST(Pickle, CountsWhatMoves) {
  PickleOptions options;
  options.memory_limit = 1U << 20U;
  const auto list_of = [](std::size_t count) {
    return "\x80\x02("s + std::string(count, 'N') + "l."s;
  };
  EXPECT_NO_THROW(read(list_of(8192), options));
  EXPECT_NE(error_in(list_of(16384), options).find("byte 16387: LIST: expected values of at most"),
            std::string::npos);
  const auto text_of = [](std::size_t count) {
    return "\x80\x02"
           "B"s +
           little_endian(count, 4) + std::string(count, 'x') + "."s;
  };
  EXPECT_NO_THROW(read(text_of(300'000), options));
  EXPECT_NE(error_in(text_of(400'000), options).find("found 400000"), std::string::npos);
}

// set(list) again and again: every copy is gone at once, so it is the time that must have an end.
TEST(Pickle, CopiesNoMoreThanItMayHold) {
  PickleOptions options;
  options.memory_limit = 1U << 20U;
  const std::string list = "\x80\x02(("s + std::string(1000, 'N') + "lq\x00"s;
  const std::string copy =
      "cbuiltins\nset\nh\x00\x85R"
      "0"s;
  const auto copies = [&](int count) {
    std::string pickle = list;
    for (int i = 0; i < count; ++i) pickle += copy;
    return pickle + "1N."s;
  };
  EXPECT_NO_THROW(read(copies(30), options));
  EXPECT_NE(error_in(copies(60), options).find("REDUCE: expected copies of at most 1 MiB together"),
            std::string::npos);
}

TEST(Pickle, RefusesArraysOfManyDimensions) {
  // A shape costs memory too, and the tuple it comes from can be used again and again.
  std::string shape = "("s;
  for (int i = 0; i < 65; ++i) shape += "K\x01"s;
  EXPECT_NE(error_in(numpy_array("u1", '|', shape + "t"s, "x"s)).find("a numpy array is written"),
            std::string::npos);
}

TEST(Pickle, KeepsOnlyWhatIsReferredTo) {
  // [[1], "x", "x"] with the second "x" by reference; entry 0 and 1 are never asked for.
  const std::string pickle =
      "\x80\x02]q\x00(]q\x01K\x01"
      "aX\x01\x00\x00\x00xq\x02h\x02"
      "e."s;
  const auto source = bytes_in_memory(pickle, "test");
  ByteReader reader(*source);
  const PickleUses uses = scan_pickle(reader);
  EXPECT_EQ(uses, (PickleUses{false, false, true}));
  PickleOptions options;
  options.uses = &uses;
  const PickleValue value = read(pickle, options);
  EXPECT_EQ(PickleView(value, "test").item(2).text(), "x");
  const PickleUses none;
  options.uses = &none;
  EXPECT_NE(error_in(pickle, options).find("a value noted before"), std::string::npos);
}

TEST(Pickle, ReducesDictionariesAsTheyCome) {
  PickleOptions options;
  std::size_t seen = 0;
  options.reduce = [&](PickleDict& dict, std::uint64_t) {
    ++seen;
    if (dict.find("b")) dict.entries.clear();
  };
  const PickleValue value = read(kSmall, options);
  EXPECT_EQ(seen, 1U);
  EXPECT_TRUE(PickleView(value, "test").dict().entries.empty());
}

TEST(PickleView, GivesWholeNumbersInARange) {
  const auto view_of = [](const PickleValue& value) { return PickleView(value, "f.pickle"); };
  const PickleValue three = 3.0;
  EXPECT_EQ(view_of(three).integer(0, 3), 3);
  EXPECT_EQ(error_of([&] { static_cast<void>(view_of(three).integer(0, 2)); }),
            "f.pickle: expected a whole number from 0 to 2 at the top, found 3");
  for (const double bad : {-1.0, 0.5, 1e300, std::numeric_limits<double>::infinity(), kMissing}) {
    const PickleValue value = bad;
    EXPECT_THROW(static_cast<void>(view_of(value).integer(0, 3)), Error) << bad;
  }
}

// Each of many references to one dictionary would search it anew.
TEST(PickleView, LooksForNamesInShortDictionaries) {
  std::string pickle = "\x80\x02}("s;
  for (int i = 0; i < 1001; ++i) pickle += "K\x01N"s;
  const PickleValue value = read(pickle + "u."s);
  const PickleView view(value, "f.pickle");
  for (const auto& look : {std::function([&] { static_cast<void>(view.has("a")); }),
                           std::function([&] { static_cast<void>(view.member("a")); })}) {
    EXPECT_EQ(
        error_of(look),
        "f.pickle: expected a dictionary of at most 1000 keys at the top, found a dictionary");
  }
}

TEST(PickleView, SaysTheWay) {
  const PickleValue value = read(kSmall);
  const PickleView view(value, "f.pickle");
  EXPECT_EQ(error_of([&] { static_cast<void>(view.member("b").item(1).number()); }),
            "f.pickle: expected a number at b/1, found 'x'");
  EXPECT_EQ(error_of([&] { static_cast<void>(view.member("c")); }),
            "f.pickle: expected a dictionary with the key 'c' at the top, found a dictionary");
  EXPECT_EQ(error_of([&] { static_cast<void>(view.member("b").item(2)); }),
            "f.pickle: expected at least 3 items at b, found a tuple of 2");
}

}  // namespace
}  // namespace dinas
