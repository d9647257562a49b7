#include "base/file.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "base/error.h"
#include "base/random.h"
#include "support/temp.h"

namespace dinas {
namespace {

void write_gzip(const std::string& path, const std::string& bytes) {
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(gzopen(path.c_str(), "wb"), gzclose);
  ASSERT_EQ(gzwrite(file.get(), bytes.data(), static_cast<unsigned>(bytes.size())),
            static_cast<int>(bytes.size()));
}

void append_raw(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::app) << bytes;
}

std::size_t files_in(const std::string& folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder),
                                                std::filesystem::directory_iterator()));
}

// Bytes that gzip cannot shrink, larger than the buffers of the reader.
std::string noise(std::size_t size) {
  RandomStream random(1, Purpose::kCheck);
  std::string bytes(size, '\0');
  std::generate(bytes.begin(), bytes.end(),
                [&] { return static_cast<char>(random.next() & 0xff); });
  return bytes;
}

std::string read_message(const std::string& path) {
  try {
    read_file(path);
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(ReadFile, PlainBytesAsTheyAre) {
  const TempFolder folder;
  const std::string bytes("a\0b\r\n\xff", 6);
  append_raw(folder.file("plain"), bytes);
  EXPECT_EQ(read_file(folder.file("plain")), bytes);
  append_raw(folder.file("empty"), "");
  EXPECT_EQ(read_file(folder.file("empty")), "");
}

TEST(ReadFile, GzipIsUnpackedWhateverItsName) {
  const TempFolder folder;
  const std::string bytes = noise(700000);
  write_gzip(folder.file("packed.csv"), bytes);
  EXPECT_TRUE(read_file(folder.file("packed.csv")) == bytes);
}

TEST(ReadFile, TruncatedGzipIsAnErrorWhereverItIsCut) {
  const TempFolder folder;
  write_gzip(folder.file("whole.gz"), noise(700000));
  const auto size = std::filesystem::file_size(folder.file("whole.gz"));
  for (const std::uintmax_t cut :
       {size - 1, size - 8, size / 2, std::uintmax_t{12}, std::uintmax_t{2}}) {
    const std::string path = folder.file("cut.gz");
    std::filesystem::copy_file(folder.file("whole.gz"), path,
                               std::filesystem::copy_options::overwrite_existing);
    std::filesystem::resize_file(path, cut);
    const std::string message = read_message(path);
    EXPECT_EQ(message.find("cannot read " + path), 0U) << cut << ": " << message;
    EXPECT_NE(message.find("cut short"), std::string::npos) << cut << ": " << message;
  }
}

TEST(ReadFile, AlteredGzipIsAnError) {
  const TempFolder folder;
  const std::string path = folder.file("altered.gz");
  write_gzip(path, noise(1000));
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(500);
  const int old = file.peek();
  file.put(static_cast<char>(old ^ 1));
  file.close();
  EXPECT_NE(read_message(path), "no error");
}

TEST(ReadFile, WhatCannotBeReadIsNamed) {
  const TempFolder folder;
  const std::string absent = folder.file("absent");
  EXPECT_EQ(read_message(absent), "cannot read " + absent + ": No such file or directory");
  EXPECT_EQ(read_message(folder.path()), "cannot read " + folder.path() + ": it is a folder");
}

TEST(WriteFile, NewAndExistingFiles) {
  const TempFolder folder;
  const std::string path = folder.file("out");
  write_file(path, "first");
  EXPECT_EQ(read_file(path), "first");
  write_file(path, "2nd");
  EXPECT_EQ(read_file(path), "2nd");
  write_file(path, "");
  EXPECT_EQ(read_file(path), "");
  EXPECT_EQ(files_in(folder.path()), 1U);
}

TEST(WriteFile, FailsWhereTheFolderIsMissing) {
  const TempFolder folder;
  const std::string path = folder.file("absent/out");
  EXPECT_THROW(write_file(path, "x"), Error);
  EXPECT_EQ(files_in(folder.path()), 0U);
}

TEST(WriteFile, FolderAsTargetIsLeftAsItIs) {
  const TempFolder folder;
  std::filesystem::create_directory(folder.file("out"));
  append_raw(folder.file("out/kept"), "kept");
  EXPECT_THROW(write_file(folder.file("out"), "x"), Error);
  EXPECT_EQ(read_file(folder.file("out/kept")), "kept");
  EXPECT_EQ(files_in(folder.path()), 1U);
}

TEST(WriteFile, FolderThatIsNotWritableLeavesTheOldFile) {
  if (::geteuid() == 0) GTEST_SKIP() << "the superuser may write everywhere";
  const TempFolder folder;
  const std::string path = folder.file("out");
  write_file(path, "old");
  std::filesystem::permissions(
      folder.path(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
  EXPECT_THROW(write_file(path, "new"), Error);
  std::filesystem::permissions(folder.path(), std::filesystem::perms::owner_all);
  EXPECT_EQ(read_file(path), "old");
  EXPECT_EQ(files_in(folder.path()), 1U);
}

// A limit on the size of files stands in for a full disk.
TEST(WriteFile, FailureOnTheWayLeavesTheOldFileAndNothingElse) {
  const TempFolder folder;
  const std::string path = folder.file("out");
  write_file(path, "old");
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit small{1000, before.rlim_max};
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  EXPECT_THROW(write_file(path, std::string(5000, 'x')), Error);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(read_file(path), "old");
  EXPECT_EQ(files_in(folder.path()), 1U);
}

TEST(WriteFile, FullDeviceIsAnError) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "there is no /dev/full";
  EXPECT_THROW(write_file("/dev/full", "x"), Error);
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/full"));
}

// In a child process whose standard output is a file: the bytes must arrive in that file, behind
// what it holds, and /dev/stdout must stay the link that it is.
TEST(WriteFile, StandardOutputRedirectedToAFile) {
  const TempFolder folder;
  const std::string path = folder.file("redirected");
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    if (std::freopen(path.c_str(), "w", stdout) == nullptr) ::_exit(1);
    std::fputs("printed,", stdout);
    std::fflush(stdout);
    try {
      write_file("/dev/stdout", "written");
    } catch (const Error&) {
      ::_exit(2);
    }
    ::_exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(read_file(path), "printed,written");
  EXPECT_TRUE(std::filesystem::is_symlink("/dev/stdout"));
}

}  // namespace
}  // namespace dinas
