#include "dataset/image_file.h"

#include <fmt/format.h>
#include <png.h>
#include <turbojpeg.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <string_view>

#include "base/error.h"

namespace dinas {
namespace {

constexpr int kLargestSide = 16384;

[[noreturn]] void fail(const std::string& path, std::string_view reason) {
  throw Error(
      fmt::format("{}: cannot be decoded as an image: {}; remove it or replace it", path, reason));
}

// Not read_file, which decompresses: whatever a small file turns into then.
std::string read_plain(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Error(fmt::format("cannot read {}: {}", path, std::strerror(errno)));
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void check_size(const std::string& path, long width, long height) {
  if (width < 1 || height < 1 || width > kLargestSide || height > kLargestSide) {
    fail(path,
         fmt::format("expected 1 to {} pixels a side, found {} x {}", kLargestSide, width, height));
  }
}

using Check = std::function<void(const ImageShape&)>;
using Bytes = std::vector<std::uint8_t>;

// From [height, width, channels].
Bytes by_channel(int channels, Bytes mixed) {
  if (channels == 1) return mixed;
  const auto step = static_cast<std::size_t>(channels);
  Bytes bytes;
  bytes.reserve(mixed.size());
  for (std::size_t channel = 0; channel < step; ++channel) {
    for (std::size_t i = channel; i < mixed.size(); i += step) bytes.push_back(mixed[i]);
  }
  return bytes;
}

std::size_t byte_count(const ImageShape& shape) {
  return static_cast<std::size_t>(shape.channels) * static_cast<std::size_t>(shape.height) *
         static_cast<std::size_t>(shape.width);
}

Bytes decode_png(const std::string& path, const std::string& file, const Check& check) {
  png_image png{};
  png.version = PNG_IMAGE_VERSION;
  const std::unique_ptr<png_image, void (*)(png_image*)> freed(&png, png_image_free);
  if (png_image_begin_read_from_memory(&png, file.data(), file.size()) == 0) {
    fail(path, png.message);
  }
  check_size(path, static_cast<long>(png.width), static_cast<long>(png.height));
  const int channels = (png.format & PNG_FORMAT_FLAG_COLOR) != 0 ? 3 : 1;
  png.format = channels == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
  const ImageShape shape{channels, static_cast<int>(png.height), static_cast<int>(png.width)};
  check(shape);
  Bytes mixed(byte_count(shape));
  const png_color black{};  // behind what is transparent
  if (png_image_finish_read(&png, &black, mixed.data(), 0, nullptr) == 0) fail(path, png.message);
  return by_channel(channels, std::move(mixed));
}

Bytes decode_jpeg(const std::string& path, const std::string& file, const Check& check) {
  const std::unique_ptr<void, int (*)(tjhandle)> decoder(tjInitDecompress(), tjDestroy);
  const auto* data = reinterpret_cast<const unsigned char*>(file.data());
  const auto size = static_cast<unsigned long>(file.size());
  int width = 0, height = 0, subsampling = 0, colours = 0;
  if (tjDecompressHeader3(decoder.get(), data, size, &width, &height, &subsampling, &colours) !=
      0) {
    fail(path, tjGetErrorStr2(decoder.get()));
  }
  check_size(path, width, height);
  const int channels = colours == TJCS_GRAY ? 1 : 3;
  const ImageShape shape{channels, height, width};
  check(shape);
  Bytes mixed(byte_count(shape));
  // A warning (-1 with TJERR_WARNING) is a damaged file that could be guessed at: not training
  // data.
  if (tjDecompress2(decoder.get(), data, size, mixed.data(), width, 0, height,
                    channels == 3 ? TJPF_RGB : TJPF_GRAY, TJFLAG_ACCURATEDCT) != 0) {
    fail(path, tjGetErrorStr2(decoder.get()));
  }
  return by_channel(channels, std::move(mixed));
}

}  // namespace

std::vector<std::uint8_t> decode_image(const std::string& path,
                                       const std::function<void(const ImageShape&)>& check) {
  const std::string file = read_plain(path);
  if (file.starts_with("\x89PNG")) return decode_png(path, file, check);
  if (file.starts_with("\xff\xd8")) return decode_jpeg(path, file, check);
  fail(path, "expected PNG or JPEG");
}

}  // namespace dinas
