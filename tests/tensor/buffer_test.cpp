#include "tensor/buffer.h"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <string>
#include <thread>

#include "tests/support/temp_folder.h"

namespace ashlar::tensor {
namespace {

constexpr std::size_t kBytes = (std::size_t{5} << 20) + 1234;  // two large pages and a part of one

std::string some_bytes() {
  std::string bytes(kBytes, '\0');
  for (std::size_t i = 0; i < kBytes; ++i) bytes[i] = static_cast<char>(i * 31 + i / 4096);
  return bytes;
}

std::string_view view(const Buffer& buffer) {
  return {reinterpret_cast<const char*>(buffer.data()), buffer.size()};
}

class MappedBuffer : public test::TempFolder {
 protected:
  void SetUp() override { std::ofstream(path_, std::ios::binary) << bytes_ << "and a tail"; }

  const std::string bytes_ = some_bytes();
  const std::filesystem::path path_ = root() / "file";
};

TEST_F(MappedBuffer, HoldsTheBeginningOfAFile) {
  const auto mapped = Buffer::map(path_, kBytes);
  ASSERT_TRUE(mapped);
  EXPECT_TRUE(view(*mapped) == bytes_);
}

TEST_F(MappedBuffer, StaysWhatItWasWhenItSettlesAndTheFileGoes) {
  const auto mapped = Buffer::map(path_, kBytes);
  ASSERT_TRUE(mapped);
  Buffer::settle(mapped->data(), kBytes, {});
  std::filesystem::resize_file(path_, 0);  // of a page still mapped, reading would be a bus error
  EXPECT_TRUE(view(*mapped) == bytes_);
}

TEST_F(MappedBuffer, IsReadWhileItSettles) {
  const auto mapped = Buffer::map(path_, kBytes);
  ASSERT_TRUE(mapped);
  std::atomic<bool> done = false;
  std::atomic<int> wrong = 0;
  std::jthread reader([&] {
    while (!done)
      if (view(*mapped) != bytes_) ++wrong;
  });
  for (int i = 0; i < 20; ++i) Buffer::settle(mapped->data(), kBytes, {});
  done = true;
  reader.join();
  EXPECT_EQ(wrong, 0);
}

TEST_F(MappedBuffer, SettlesNoFurtherWhenToldToStop) {
  const auto mapped = Buffer::map(path_, kBytes);
  ASSERT_TRUE(mapped);
  std::stop_source stop;
  stop.request_stop();
  Buffer::settle(mapped->data(), kBytes, stop.get_token());
  std::fstream(path_, std::ios::binary | std::ios::in | std::ios::out) << "changed";
  EXPECT_EQ(view(*mapped).substr(0, 7), "changed") << "still the file";
}

TEST_F(MappedBuffer, IsNothingWhereTheFileIsTooShortOrNoFile) {
  EXPECT_FALSE(Buffer::map(path_, kBytes + 100));
  EXPECT_FALSE(Buffer::map(root(), 1));
  EXPECT_FALSE(Buffer::map(root() / "none", 1));
}

TEST(Buffer, AStretchThatIsMadeResidentIsZeroAndCanBeWritten) {
  Buffer buffer = Buffer::create(kBytes, "a test", Buffer::Pages::large).value();
  buffer.make_resident(1000, kBytes - 1000);
  EXPECT_EQ(buffer.data()[kBytes - 1], std::byte{0});
  buffer.data()[kBytes - 1] = std::byte{1};
}

}  // namespace
}  // namespace ashlar::tensor
