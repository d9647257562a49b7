// Files that hold one pickled value: plain or compressed pickles, and what torch.save writes.
#pragma once

#include <string>

#include "import/pickle.h"

namespace dinas {

/// How much of a file's pickle is kept while it is read.
enum class PickleMemory {
  kAll,   // every value that the pickle noted, for one that fits the memory
  kUsed,  // reads the file twice, and keeps what it refers to again: for one that does not
};

/// The value in a pickle (compressed by gzip, bzip2 or not), in a zip archive of torch.save
/// (NAME/data.pkl) or in its older format; tensors are no plain data. options.uses is set here.
/// Throws Error with the file as read_pickle does, and for a file that goes on behind the value.
PickleValue read_pickle_file(const std::string& path, PickleOptions options = {},
                             PickleMemory memory = PickleMemory::kAll);

}  // namespace dinas
