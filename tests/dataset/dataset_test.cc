#include "dataset/dataset.h"

#include <gtest/gtest.h>
#include <png.h>
#include <turbojpeg.h>
#include <zlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/error.h"

namespace dinas {
namespace {

namespace fs = std::filesystem;

class DatasetTest : public testing::Test {
 protected:
  DatasetTest() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = (fs::path(testing::TempDir()) / (std::string("dataset_") + test->name())).string();
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~DatasetTest() override { fs::remove_all(folder_); }

  [[nodiscard]] std::string path(const std::string& name) const { return folder_ + "/" + name; }
  void write(const std::string& name, const std::string& bytes) const {
    fs::create_directories(fs::path(path(name)).parent_path());
    std::ofstream(path(name), std::ios::binary) << bytes;
  }
  // The message of the Error that reading ends in.
  [[nodiscard]] std::string failure(Split split = Split::kTrain) const {
    try {
      read_dataset(folder_, split);
    } catch (const Error& error) {
      return error.what();
    }
    return "read without an error";
  }

  std::string folder_;
};

std::string big_endian(std::uint32_t value) {
  std::string bytes;
  for (const unsigned shift : {24U, 16U, 8U, 0U}) {
    bytes.push_back(static_cast<char>(static_cast<unsigned char>(value >> shift)));
  }
  return bytes;
}

std::string idx_images(std::uint32_t count, std::uint32_t height, std::uint32_t width,
                       const std::string& pixels) {
  return big_endian(0x803) + big_endian(count) + big_endian(height) + big_endian(width) + pixels;
}

std::string idx_labels(const std::string& labels) {
  return big_endian(0x801) + big_endian(static_cast<std::uint32_t>(labels.size())) + labels;
}

const std::string kTwoImages("\1\2\3\4\5\6\7\10\11\12\13\14", 12);  // of 2 x 3
const std::string kTwoLabels("\0\2", 2);

TEST_F(DatasetTest, IdxIsReadPlain) {
  write("train-images-idx3-ubyte", idx_images(2, 2, 3, kTwoImages));
  write("train-labels-idx1-ubyte", idx_labels(kTwoLabels));
  const Dataset data = read_dataset(folder_ + "/", Split::kTrain);
  EXPECT_EQ(data.channels, 1);
  EXPECT_EQ(data.height, 2);
  EXPECT_EQ(data.width, 3);
  EXPECT_EQ(data.classes, 3);
  EXPECT_EQ(data.labels, (std::vector<std::uint16_t>{0, 2}));
  EXPECT_EQ(data.images, (std::vector<std::uint8_t>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}));
  EXPECT_EQ(data.image(1)[0], 7);
}

TEST_F(DatasetTest, IdxIsReadCompressed) {
  for (const auto& [name, bytes] :
       {std::pair("t10k-images-idx3-ubyte.gz", idx_images(2, 2, 3, kTwoImages)),
        std::pair("t10k-labels-idx1-ubyte.gz", idx_labels(kTwoLabels))}) {
    gzFile file = gzopen(path(name).c_str(), "wb");
    gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
    gzclose(file);
  }
  const Dataset data = read_dataset(folder_, Split::kTest);
  EXPECT_EQ(data.labels, (std::vector<std::uint16_t>{0, 2}));
  EXPECT_EQ(data.images.back(), 12);
  fs::resize_file(path("t10k-images-idx3-ubyte.gz"), 30);
  EXPECT_NE(failure(Split::kTest).find("t10k-images-idx3-ubyte.gz"), std::string::npos);
}

TEST_F(DatasetTest, DamagedIdxIsNamedWithSizes) {
  EXPECT_NE(failure().find("expected a dataset"), std::string::npos);
  write("train-images-idx3-ubyte", idx_images(2, 2, 3, kTwoImages.substr(0, 7)));
  EXPECT_NE(failure().find("train-labels-idx1-ubyte: No such file"), std::string::npos);
  write("train-labels-idx1-ubyte", idx_labels(kTwoLabels));
  EXPECT_NE(failure().find("ends after 23 bytes, 5 of the 12 bytes of images"), std::string::npos)
      << failure();
  write("train-images-idx3-ubyte", idx_images(2, 2, 3, kTwoImages + "x"));
  EXPECT_NE(failure().find("goes on after byte 28"), std::string::npos) << failure();
  write("train-images-idx3-ubyte", idx_images(3, 2, 3, kTwoImages));
  EXPECT_NE(failure().find("found 3 images of 2 x 3"), std::string::npos) << failure();
  write("train-images-idx3-ubyte", idx_labels(kTwoLabels));
  EXPECT_NE(failure().find("magic number 00000803), found 00000801"), std::string::npos)
      << failure();
}

// A header that promises 2^48 bytes costs no more memory than the file has.
TEST_F(DatasetTest, HugePromisesAreNotBelieved) {
  write("train-images-idx3-ubyte", idx_images(2, 1U << 16U, 1U << 16U, kTwoImages));
  write("train-labels-idx1-ubyte", idx_labels(kTwoLabels));
  EXPECT_NE(failure().find("are missing"), std::string::npos) << failure();
  write("train-images-idx3-ubyte", idx_images(2, 1U << 17U, 1, kTwoImages));
  EXPECT_NE(failure().find("a size of 1 to 65536"), std::string::npos) << failure();
  // 8 GiB at most, however well they are compressed.
  write("train-images-idx3-ubyte", idx_images(3, 1U << 16U, 1U << 16U, kTwoImages));
  write("train-labels-idx1-ubyte", idx_labels("abc"));
  EXPECT_NE(failure().find("at most 8 GiB of images, found 3 of 65536 x 65536"), std::string::npos)
      << failure();
}

TEST_F(DatasetTest, FoldersThatCannotBeReadAreNamed) {
  folder_ += "/" + std::string(300, 'x');
  EXPECT_NE(failure().find("expected the folder of a dataset, found nothing"), std::string::npos);
  folder_ = fs::path(folder_).parent_path().string();
  fs::create_directories(path("train/cat"));
  fs::create_symlink("loop", path("train/loop"));
  EXPECT_NE(failure().find("cannot read " + path("train/loop") + ": "), std::string::npos)
      << failure();
}

TEST_F(DatasetTest, CifarBatchesAreReadInOrder) {
  const auto record = [](const std::string& labels, char pixel) {
    return labels + std::string(3072, pixel);
  };
  for (char batch = 1; batch <= 5; ++batch) {
    write(std::string("data_batch_") + static_cast<char>('0' + batch) + ".bin",
          record(std::string(1, batch), static_cast<char>(10 * batch)));
  }
  write("test_batch.bin", record("\1", 7) + record("\11", 8));
  const Dataset train = read_dataset(folder_, Split::kTrain);
  EXPECT_EQ(train.labels, (std::vector<std::uint16_t>{1, 2, 3, 4, 5}));
  EXPECT_EQ(train.image(4)[3071], 50);
  EXPECT_EQ(train.classes, 10);
  EXPECT_EQ(read_dataset(folder_, Split::kTest).labels, (std::vector<std::uint16_t>{1, 9}));
  write("test_batch.bin", record("\1", 7) + record("\12", 8));
  EXPECT_NE(failure(Split::kTest).find("label below 10 in record 1, found 10"), std::string::npos)
      << failure(Split::kTest);
  write("test_batch.bin", record("\1", 7) + "\1abc");
  EXPECT_NE(failure(Split::kTest).find("ends after 3077 bytes, 3069 of the 3072 bytes of an image"),
            std::string::npos)
      << failure(Split::kTest);
}

TEST_F(DatasetTest, Cifar100TakesTheFineLabel) {
  write("train.bin", std::string("\4\143", 2) + std::string(3072, 'x'));
  const Dataset data = read_dataset(folder_, Split::kTrain);
  EXPECT_EQ(data.labels, (std::vector<std::uint16_t>{99}));
  EXPECT_EQ(data.classes, 100);
}

// The beginning of a PNG of red, green and blue, up to its pixels.
std::string png_claiming(std::uint32_t width, std::uint32_t height) {
  using namespace std::string_literals;
  const std::string header =
      "IHDR" + big_endian(width) + big_endian(height) + "\x08\x02\x00\x00\x00"s;
  const auto crc = crc32_z(0, reinterpret_cast<const Bytef*>(header.data()), header.size());
  return "\x89PNG\r\n\x1a\n" + big_endian(13) + header +
         big_endian(static_cast<std::uint32_t>(crc)) + big_endian(100) + "IDAT";
}

class ImageFolderTest : public DatasetTest {
 protected:
  // pixels [height, width, channels]
  void write_png(const std::string& name, int channels, int height, int width,
                 const std::vector<std::uint8_t>& pixels) const {
    fs::create_directories(fs::path(path(name)).parent_path());
    png_image png{};
    png.version = PNG_IMAGE_VERSION;
    png.width = static_cast<png_uint_32>(width);
    png.height = static_cast<png_uint_32>(height);
    png.format = channels == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
    ASSERT_NE(png_image_write_to_file(&png, path(name).c_str(), 0, pixels.data(), 0, nullptr), 0);
  }
  void write_jpeg(const std::string& name, int height, int width, std::uint8_t value) const {
    const std::vector<std::uint8_t> pixels(static_cast<std::size_t>(3 * height * width), value);
    unsigned char* bytes = nullptr;
    unsigned long size = 0;
    tjhandle coder = tjInitCompress();
    ASSERT_EQ(tjCompress2(coder, pixels.data(), width, 0, height, TJPF_RGB, &bytes, &size,
                          TJSAMP_444, 95, 0),
              0);
    write(name, std::string(bytes, bytes + size));
    tjFree(bytes);
    tjDestroy(coder);
  }
};

TEST_F(ImageFolderTest, ClassesAreFoldersInTheOrderOfTheirNames) {
  write_png("train/cat/b.png", 3, 1, 2, {1, 2, 3, 4, 5, 6});
  write_png("train/cat/a.png", 3, 1, 2, {9, 9, 9, 9, 9, 9});
  write_jpeg("train/dog/x.jpg", 1, 2, 100);
  write_png("val/cat/v.png", 3, 1, 2, {0, 0, 0, 0, 0, 0});
  write_png("val/dog/v.png", 3, 1, 2, {0, 0, 0, 0, 0, 0});
  const Dataset data = read_dataset(folder_, Split::kTrain);
  EXPECT_EQ(data.classes, 2);
  EXPECT_EQ(data.labels, (std::vector<std::uint16_t>{0, 0, 1}));
  const auto image = data.image(1);  // b.png, channel after channel
  EXPECT_EQ(std::vector<std::uint8_t>(image.begin(), image.end()),
            (std::vector<std::uint8_t>{1, 4, 2, 5, 3, 6}));
  for (const std::uint8_t value : data.image(2)) EXPECT_NEAR(value, 100, 2);
  EXPECT_EQ(read_dataset(folder_, Split::kTest).labels, (std::vector<std::uint16_t>{0, 1}));
}

TEST_F(ImageFolderTest, WhatIsWrongIsNamed) {
  write_png("train/cat/a.png", 1, 2, 2, {1, 2, 3, 4});
  EXPECT_NE(failure().find("expected a folder for each of the classes"), std::string::npos);
  write_png("train/dog/a.png", 1, 2, 3, {1, 2, 3, 4, 5, 6});
  EXPECT_NE(failure().find(
                "train/dog/a.png: expected 1 x 2 x 2 as in the images before it, found 1 x 2 x 3"),
            std::string::npos)
      << failure();
  // Known before there is memory for its 768 MB, which the file does not have.
  write("train/dog/a.png", png_claiming(16000, 16000));
  EXPECT_NE(failure().find("found 3 x 16000 x 16000"), std::string::npos) << failure();
  write("train/dog/a.png", "not an image");
  EXPECT_NE(failure().find("train/dog/a.png: cannot be decoded"), std::string::npos) << failure();
  write("train/dog/a.png", "");
  EXPECT_NE(failure().find("train/dog/a.png: cannot be decoded"), std::string::npos) << failure();
  write_png("train/dog/a.png", 1, 2, 2, {1, 2, 3, 4});
  fs::resize_file(path("train/dog/a.png"), 50);
  EXPECT_NE(failure().find("train/dog/a.png: cannot be decoded"), std::string::npos) << failure();
  EXPECT_NE(failure(Split::kTest).find("/test"), std::string::npos) << failure(Split::kTest);
}

Dataset counted(int height, int width, std::size_t count, int classes) {
  Dataset data{1, height, width, classes, {}, {}};
  for (std::size_t i = 0; i < count; ++i) {
    data.labels.push_back(static_cast<std::uint16_t>(i % static_cast<std::size_t>(classes)));
    data.images.insert(data.images.end(), data.image_bytes(), static_cast<std::uint8_t>(i));
  }
  return data;
}

TEST(ReducedTest, AveragesAreas) {
  Dataset data{1, 3, 3, 1, {0, 10, 20, 30, 40, 50, 60, 70, 80}, {0}};
  EXPECT_EQ(reduced(data, 1, 0, 0).images, (std::vector<std::uint8_t>{40}));
  // Each new pixel covers 1.5 x 1.5 old ones: (1 * 0 + .5 * 10 + .5 * 30 + .25 * 40) / 2.25 = 13.3
  EXPECT_EQ(reduced(data, 2, 0, 0).images, (std::vector<std::uint8_t>{13, 27, 53, 67}));
  EXPECT_EQ(reduced(data, 3, 0, 0).images, data.images);
  // A wide image loses what is left and right of its central square.
  const Dataset wide{1, 1, 3, 1, {5, 6, 7}, {0}};
  EXPECT_EQ(reduced(wide, 1, 0, 0).images, (std::vector<std::uint8_t>{6}));
}

TEST(ReducedTest, DrawsEveryClassAlikeWithoutRepeating) {
  const Dataset data = counted(1, 1, 40, 4);
  const Dataset some = reduced(data, 0, 12, 5);
  std::vector<int> of_class(4);
  for (const std::uint16_t label : some.labels) ++of_class[label];
  EXPECT_EQ(of_class, (std::vector<int>{3, 3, 3, 3}));
  std::vector<std::uint8_t> images = some.images;
  std::sort(images.begin(), images.end());
  EXPECT_EQ(std::unique(images.begin(), images.end()), images.end());
  for (std::size_t i = 0; i < some.count(); ++i) EXPECT_EQ(some.images[i] % 4, some.labels[i]);
  EXPECT_EQ(reduced(data, 0, 12, 5).images, some.images);
  EXPECT_NE(reduced(data, 0, 12, 6).images, some.images);
  EXPECT_EQ(reduced(data, 0, 0, 5).count(), 40U);
}

TEST(ReducedTest, MoreThanThereIsIsRefused) {
  const Dataset data = counted(2, 3, 4, 2);
  EXPECT_THROW(reduced(data, 0, 5, 0), UsageError);
  EXPECT_THROW(reduced(data, 3, 0, 0), UsageError);
}

}  // namespace
}  // namespace dinas
