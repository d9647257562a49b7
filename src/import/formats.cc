#include "import/formats.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

#include "base/error.h"

namespace dinas {
namespace {

constexpr std::array<ImportFormat, 8> kFormats = {{
    {"hw-nas-bench", "nasbench201", "HW-NAS-Bench-v1_0.pickle", import_hw_nas_bench},
    {"nats-bench", "nasbench201",
     "NATS-tss-v1_0-*.pickle.pbz2 or the unpacked folder NATS-tss-v1_0-*-simple",
     import_nats_bench},
    {"nasbench201", "nasbench201", "NAS-Bench-201-v1_1-096897.pth", import_nats_bench},
    {"nasbench101", "nasbench101", "nasbench_only108.tfrecord or nasbench_full.tfrecord",
     import_nasbench101},
    {"nasbench301", "darts", "a folder or zip archive of results_*.json", import_nasbench301},
    {"nasbench301-surrogate", "darts", "the folder xgb_v1.0 or its *.model, and a table of cells",
     import_nasbench301_surrogate},
    {"nas-bench-nlp", "nasbench_nlp", "zip archives or folders of training logs (*.json)",
     import_nasbench_nlp},
    {"help", "", "str_arch2idx.pt, arch.pt, metainfo.pt or ofa_archs.pt, then DEVICE.pt...",
     import_help},
}};

}  // namespace

std::span<const ImportFormat> import_formats() { return kFormats; }

const ImportFormat& find_import_format(std::string_view name) {
  std::vector<std::string_view> known;
  for (const ImportFormat& format : kFormats) {
    if (format.name == name) return format;
    known.push_back(format.name);
  }
  throw UsageError(
      fmt::format("unknown format '{}': expected one of {}", name, fmt::join(known, ", ")));
}

}  // namespace dinas
