#include "import/xgboost_file.h"

#include <gtest/gtest.h>

#include <bit>

#include "import/pickle.h"
#include "import/support.h"

namespace dinas {
namespace {

using namespace std::string_literals;

std::string fields(std::initializer_list<std::uint64_t> values) {
  std::string bytes;
  for (const std::uint64_t value : values) bytes += little_endian(value, 4);
  return bytes;
}

std::string real_bytes(float value) {
  return little_endian(std::bit_cast<std::uint32_t>(value), 4);
}

std::string text_bytes(const std::string& value) { return little_endian(value.size(), 8) + value; }

std::string zeros(std::size_t count) { return std::string(4 * count, '\0'); }

constexpr std::uint64_t kNoNode = 0xffffffffU;

std::string leaf_bytes(std::uint64_t parent, float value) {
  return fields({parent, kNoNode, kNoNode, 0}) + real_bytes(value);
}

// x2 < 1.5 or missing ? -1 : 3, on top of 0.25; written field by field.
struct Written {
  std::string head = "binf";
  std::string learner = real_bytes(0.25F) + fields({3, 0, 0, 0, 1, 2}) + zeros(27);
  std::string names = text_bytes("reg:squarederror") + text_bytes("gbtree");
  std::string booster = fields({1, 1, 0, 0}) + zeros(2) + fields({0, 0}) + zeros(32);
  std::string tree = fields({1, 3, 0, 0, 3, 0}) + zeros(31);
  std::string nodes = fields({kNoNode, 1, 2, 2U | 1U << 31U}) + real_bytes(1.5F) +
                      leaf_bytes(0x80000000U, -1.0F) + leaf_bytes(0, 3.0F);
  std::string rest = zeros(3 * 4) + fields({0}) + little_endian(0, 8);

  [[nodiscard]] std::string all() const {
    return head + learner + names + booster + tree + nodes + rest;
  }
};

BoostedTrees read_binary(const std::string& bytes) {
  const auto source = bytes_in_memory(bytes, "model");
  ByteReader reader(*source);
  return read_xgboost_binary(reader);
}

std::string binary_problem(const Written& written) {
  return error_of([&] { read_binary(written.all()); });
}

void expect_model(const BoostedTrees& model) {
  EXPECT_EQ(model.features, 3U);
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<float> rows = {9, 9, 1, 0, 0, 1.5F, 9, 9, nan};
  EXPECT_EQ(predict(model, rows, 1), (std::vector<float>{-0.75F, 3.25F, -0.75F}));
}

TEST(XgboostBinary, ReadsAModelAlone) {
  Written written;
  expect_model(read_binary(written.all()));
  written.head = "";
  expect_model(read_binary(written.all()));
}

TEST(XgboostBinary, ReadsWhatIsPickled) {
  const std::string model = Written().all();
  const std::string settings = "{\"learner\":{}}";
  const auto packed = [&](std::uint64_t size) {
    return "CONFIG-offset:" + little_endian(size, 8) + model + settings;
  };
  expect_model(read_binary(packed(model.size())));
  EXPECT_NE(error_of([&] { read_binary(packed(40)); }).find("expected the model to end at byte 62"),
            std::string::npos);
  EXPECT_NE(error_of([&] { read_binary(packed(~std::uint64_t{0})); }).find("the size of the model"),
            std::string::npos);
}

TEST(XgboostBinary, RefusesEveryPart) {
  const std::string model = Written().all();
  const std::size_t needed = model.size() - 8;
  for (std::size_t size = 0; size < needed; ++size) {
    EXPECT_THROW(read_binary(model.substr(0, size)), Error) << size;
  }
  EXPECT_NO_THROW(read_binary(model.substr(0, needed)));
}

TEST(XgboostBinary, NamesTheByteOfWhatItDoesNotTake) {
  Written classes;
  classes.learner = real_bytes(0.5F) + fields({3, 2}) + zeros(31);
  EXPECT_EQ(binary_problem(classes),
            "model: byte 12: expected a number of classes from 0 to 1, found 2");
  Written logistic;
  logistic.names = text_bytes("binary:logistic") + text_bytes("gbtree");
  EXPECT_EQ(binary_problem(logistic),
            "model: byte 140: expected the objective 'reg:squarederror', found 'binary:logistic'");
  Written linear;
  linear.names = text_bytes("reg:squarederror") + text_bytes("gblinear");
  EXPECT_NE(binary_problem(linear).find("byte 164: expected the booster 'gbtree'"),
            std::string::npos);
  Written endless;
  endless.names = little_endian(std::uint64_t{1} << 40U, 8);
  EXPECT_NE(binary_problem(endless).find("an objective of at most 100 bytes"), std::string::npos);
  Written many;
  many.tree = fields({1, 0x7fffffffU, 0, 0, 3, 0}) + zeros(31);
  EXPECT_NE(binary_problem(many).find("cut short"), std::string::npos);
  Written outputs;
  outputs.rest = zeros(3 * 4) + fields({1});
  EXPECT_NE(binary_problem(outputs).find("the output of a tree from 0 to 0"), std::string::npos);
}

TEST(XgboostBinary, NamesTheTreeThatIsNone) {
  Written cycle;
  cycle.nodes = fields({kNoNode, 1, 2, 2}) + real_bytes(1.5F) + fields({0, 2, 1, 2}) +
                real_bytes(1.5F) + leaf_bytes(0, 3.0F);
  EXPECT_EQ(binary_problem(cycle),
            "model: byte 338: in tree 0 there: expected every node below one other, found node 2 "
            "twice");
}

std::string json_document(const std::string& tree, const std::string& trees = "1") {
  return R"({"learner":{"gradient_booster":{"model":{"gbtree_model_param":{"num_trees":")" + trees +
         R"("},"trees":[)" + tree +
         R"(]},"name":"gbtree"},)"
         R"("learner_model_param":{"base_score":"2.5E-1","num_class":"0","num_feature":"3"},)"
         R"("objective":{"name":"reg:squarederror"}},"version":[1,2,0]})";
}

const std::string kJsonTree =
    R"({"default_left":[true,false,false],"left_children":[1,-1,-1],"right_children":[2,-1,-1],)"
    R"("split_conditions":[1.5E0,-1E0,3E0],"split_indices":[2,0,0],"tree_param":{}})";

TEST(XgboostJson, ReadsAModel) {
  expect_model(read_xgboost_json(json_document(kJsonTree), "model"));
  expect_model(
      read_xgboost_json("{\"Config\":{},\"Model\":" + json_document(kJsonTree) + "}", "model"));
}

TEST(XgboostJson, RefusesOtherModels) {
  const auto problem = [](const std::string& document) {
    return error_of([&] { read_xgboost_json(document, "model"); });
  };
  EXPECT_NE(problem(json_document(kJsonTree, "2")).find("as 'num_trees' says"), std::string::npos);
  EXPECT_NE(
      problem(json_document("{\"left_children\":[1]}")).find("in tree 0: expected an object with"),
      std::string::npos);
  EXPECT_NE(problem(json_document("")).find("0 of 1"), std::string::npos);
  EXPECT_NE(problem("{}").find("an object with 'learner'"), std::string::npos);
  EXPECT_EQ(problem(json_document(kJsonTree).substr(0, 50)),
            "model: not JSON: unexpected character 51");
}

// {"handle": bytearray(b"ab")} as the state of a Booster, protocol 3.
const std::string kBooster =
    "\x80\x03"
    "cxgboost.core\nBooster\nq\x00)\x81q\x01}q\x02X\x06\x00\x00\x00handleq\x03"
    "cbuiltins\nbytearray\nq\x04"
    "C\x02"
    "abq\x05\x85q\x06Rq\x07sb."s;

PickleValue read_booster(const std::string& pickle, bool boosters) {
  const auto source = bytes_in_memory(pickle, "test");
  ByteReader reader(*source);
  PickleOptions options;
  options.boosters = boosters;
  return read_pickle(reader, options);
}

TEST(PickledBooster, IsItsState) {
  const PickleValue value = read_booster(kBooster, true);
  EXPECT_EQ(PickleView(value, "test").member("handle").bytes(), "ab");
}

TEST(PickledBooster, IsReadWhereItIsAskedForOnly) {
  EXPECT_NE(error_of([] {
              read_booster(kBooster, false);
            }).find("found 'xgboost.core.Booster', which would be run; nothing was run"),
            std::string::npos);
  EXPECT_NE(error_of([] {
              read_booster(
                  "\x80\x03"s
                  "ccollections\nOrderedDict\n)\x81."s,
                  true);
            }).find("NEWOBJ: expected plain data"),
            std::string::npos);
  EXPECT_NE(error_of([] {
              read_booster(
                  "\x80\x03"s
                  "cbuiltins\nbytearray\nN\x85R."s,
                  true);
            }).find("the arguments that a bytearray is written with"),
            std::string::npos);
  EXPECT_NE(error_of([] {
              read_booster(
                  "\x80\x03"s
                  "cxgboost.core\nBooster\n)R."s,
                  true);
            }).find("found a class"),
            std::string::npos);
}

}  // namespace
}  // namespace dinas
