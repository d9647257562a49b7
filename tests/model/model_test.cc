#include "model/model.h"

#include <zlib.h>

#include <limits>

#include "base/file.h"
#include "model/paper_parameters.h"
#include "model/strict_json.h"
#include "model/support.h"
#include "support/temp.h"

namespace dinas {
namespace {

void expect_equal(const Model& a, const Model& b) {
  EXPECT_EQ(print_json(to_json(a.config)), print_json(to_json(b.config)));
  ASSERT_EQ(a.metrics.size(), b.metrics.size());
  for (std::size_t k = 0; k < a.metrics.size(); ++k) {
    EXPECT_EQ(a.metrics[k].spec(), b.metrics[k].spec());
    EXPECT_EQ(a.metrics[k].best_first(), b.metrics[k].best_first());
  }
  EXPECT_EQ(a.marginals, b.marginals);
  EXPECT_EQ(a.labels.metrics, b.labels.metrics);
  EXPECT_EQ(a.labels.classes, b.labels.classes);
  EXPECT_EQ(a.labels.ranks, b.labels.ranks);
  EXPECT_EQ(a.seen_classes, b.seen_classes);
  ASSERT_EQ(a.weights.size(), b.weights.size());
  for (const auto& [name, tensor] : a.weights) {
    EXPECT_EQ(tensor.shape, b.weights.at(name).shape) << name;
    EXPECT_EQ(tensor.data, b.weights.at(name).data) << name;
  }
}

TEST(ModelFile, RoundTripsAndIsTheSameByteForByte) {
  const TempFolder folder;
  const Model model = small_model();
  save_model(folder.file("a.dinas"), model);
  const Model again = load_model(folder.file("a.dinas"));
  expect_equal(model, again);
  EXPECT_TRUE(again.has_labels());
  save_model(folder.file("b.dinas"), again);
  EXPECT_EQ(read_file(folder.file("a.dinas")), read_file(folder.file("b.dinas")));
}

TEST(ModelFile, RoundTripsWithoutLabels) {
  const TempFolder folder;
  Model model = small_model();
  model.labels = LabelTable{};
  save_model(folder.file("a.dinas"), model);
  const Model again = load_model(folder.file("a.dinas"));
  EXPECT_FALSE(again.has_labels());
  EXPECT_EQ(again.labels.metrics, 2U);
  EXPECT_EQ(again.seen_classes, model.seen_classes);
}

TEST(ModelFile, RoundTripsThePaperProfile) {
  const TempFolder folder;
  Model model = small_model();
  model.config.profile = Profile::kPaper;
  model.config.denoiser = {};
  model.config.paper = {.layers = 1,
                        .node_hidden = 4,
                        .edge_hidden = 2,
                        .global_hidden = 2,
                        .heads = 2,
                        .node_feed_forward = 2,
                        .edge_feed_forward = 2,
                        .global_feed_forward = 2};
  model.weights.clear();
  const auto space = find_space(model.config.space);
  const Skeleton& skeleton = space->skeleton();
  for (const ParameterInfo& info : paper_parameters(model.config.paper, skeleton, 2)) {
    const auto size = static_cast<std::size_t>(element_count(info.shape));
    model.weights[info.name] = {info.shape, std::vector<float>(size, 0.5F)};
  }
  save_model(folder.file("a.dinas"), model);
  expect_equal(model, load_model(folder.file("a.dinas")));
  model.weights.erase("mlp_in_X.0.bias");
  expect_error([&] { save_model(folder.file("b.dinas"), model); },
               "tensor 'weights.mlp_in_X.0.bias' is missing");
}

TEST(ModelFile, TableNamesThatAreNotUtf8DoNotCostTheModel) {
  const TempFolder folder;
  Model model = small_model();
  model.config.training.tables = {"\xff.csv"};
  save_model(folder.file("a.dinas"), model);
  EXPECT_EQ(load_model(folder.file("a.dinas")).config.training.tables,
            std::vector<std::string>{"\xEF\xBF\xBD.csv"});
}

TEST(ModelFile, IdNamesTheContent) {
  const TempFolder folder;
  Model model = small_model();
  save_model(folder.file("a.dinas"), model);
  save_model(folder.file("b.dinas"), model);
  const std::string id = model_id(folder.file("a.dinas"));
  EXPECT_EQ(id.size(), 16U);
  EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos);
  EXPECT_EQ(model_id(folder.file("b.dinas")), id);
  model.weights.begin()->second.data[0] += 1.0F;
  save_model(folder.file("b.dinas"), model);
  EXPECT_NE(model_id(folder.file("b.dinas")), id);
}

TEST(ModelFile, RefusesToSaveWhatItCouldNotLoad) {
  const TempFolder folder;
  const std::string path = folder.file("a.dinas");
  Model model = small_model();
  model.weights.at("embed.label").data[3] = std::numeric_limits<float>::quiet_NaN();
  expect_error([&] { save_model(path, model); },
               "tensor 'weights.embed.label' must hold finite numbers, found nan at position 3");
  model = small_model();
  model.config.denoiser.width = 0;
  expect_error([&] { save_model(path, model); }, "cannot be saved: field 'denoiser.width'");
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(ModelFile, EveryTruncationIsAnError) {
  const TempFolder folder;
  const std::string path = folder.file("a.dinas");
  save_model(path, small_model());
  const std::string bytes = read_file(path);
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    write_bytes(path, bytes.substr(0, length));
    EXPECT_THROW(load_model(path), Error) << "cut to " << length << " bytes";
  }
}

TEST(ModelFile, EveryFlippedByteIsAnError) {
  const TempFolder folder;
  const std::string path = folder.file("a.dinas");
  save_model(path, small_model());
  const std::string bytes = read_file(path);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    // All bits of the byte, and one.
    for (const unsigned mask : {0xffU, 1U << (at % 8)}) {
      std::string flipped = bytes;
      flipped[at] = static_cast<char>(static_cast<unsigned char>(bytes[at]) ^ mask);
      write_bytes(path, flipped);
      EXPECT_THROW(load_model(path), Error) << "byte " << at << " xor " << mask;
    }
  }
}

TEST(ModelFile, ReadsAModelCompressedWithGzip) {
  const TempFolder folder;
  save_model(folder.file("a.dinas"), small_model());
  const std::string bytes = read_file(folder.file("a.dinas"));
  const gzFile out = gzopen(folder.file("a.dinas.gz").c_str(), "wb");
  ASSERT_EQ(gzwrite(out, bytes.data(), static_cast<unsigned>(bytes.size())),
            static_cast<int>(bytes.size()));
  ASSERT_EQ(gzclose(out), Z_OK);
  expect_equal(load_model(folder.file("a.dinas.gz")), small_model());
}

}  // namespace
}  // namespace dinas
