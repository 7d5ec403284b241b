// Bytes that nobody vouches for: reads are exact, and what can't be there is refused with its
// place.
#include "formats/byte_cursor.h"

#include <gmock/gmock.h>

#include <limits>

#include "tests/support/gguf_builder.h"

namespace ashlar::formats {
namespace {

using ::testing::HasSubstr;

constexpr std::uint64_t kHuge = std::numeric_limits<std::uint64_t>::max();

// A cursor over text that outlives it.
struct Cursor : ByteCursor {
  explicit Cursor(std::string_view text) : ByteCursor(test::bytes_of(text), name(), "the file") {}
  static const std::string& name() {
    static const std::string file = "m.gguf";
    return file;
  }
};

TEST(ByteCursor, NumbersAreLittleEndianAndNeedNoAlignment) {
  Cursor cursor(std::string_view("\x01\x34\x12\xff\xff\xff\xff\x00\x00\xc0\x3f", 11));
  EXPECT_EQ(cursor.number<std::uint8_t>(), 1);
  EXPECT_EQ(cursor.number<std::uint16_t>(), 0x1234);
  EXPECT_EQ(cursor.number<std::int32_t>(), -1);
  EXPECT_EQ(cursor.offset(), 7u);
  EXPECT_EQ(cursor.left(), 4u);
  EXPECT_EQ(cursor.number<float>(), 1.5f);
  EXPECT_EQ(cursor.left(), 0u);
}

TEST(ByteCursor, AReadPastTheEndSaysWhatIsLeftAndMovesNothing) {
  Cursor cursor("abcdef");
  const auto eight = cursor.number<std::uint64_t>();
  ASSERT_FALSE(eight);
  EXPECT_EQ(eight.error().kind, ErrorKind::corrupt);
  EXPECT_EQ(eight.error().message, "8 bytes are needed and 6 are left of the file");
  EXPECT_EQ(eight.error().mend, kFetchAgain);
  EXPECT_EQ(cursor.offset(), 0u);
  EXPECT_EQ(cursor.take(6)->size(), 6u);
  EXPECT_TRUE(cursor.take(0)) << "nothing can always be read";
  EXPECT_FALSE(cursor.take(1));
  EXPECT_FALSE(cursor.take(kHuge)) << "an offset that wraps around is past the end too";
}

TEST(ByteCursor, StringsCarryTheirLength) {
  std::string bytes;
  test::put_string(bytes, "gr\xff");  // need not be UTF-8
  test::put_string(bytes, "");
  test::put<std::uint64_t>(bytes, 4);
  bytes += "abc";
  Cursor cursor(bytes);
  EXPECT_EQ(cursor.string(), "gr\xff");
  EXPECT_EQ(cursor.string(), "");
  EXPECT_EQ(cursor.string().error().message, "4 bytes are needed and 3 are left of the file");
}

// A count may size an allocation only when that many things can follow.
TEST(ByteCursor, CountsAreHeldAgainstTheBytesLeft) {
  for (const auto& [count, minimum, fits] :
       std::vector<std::tuple<std::uint64_t, int, bool>>{{3, 4, true},
                                                         {4, 4, false},
                                                         {12, 1, true},
                                                         {13, 1, false},
                                                         {kHuge, 8, false},
                                                         {1ull << 61, 8, false}}) {
    std::string bytes;
    test::put(bytes, count);
    bytes += "twelve bytes";
    Cursor cursor(bytes);
    const auto read = cursor.count("tensors", static_cast<std::uint64_t>(minimum));
    ASSERT_EQ(read.has_value(), fits) << count << " of " << minimum << " bytes";
    if (fits) {
      EXPECT_EQ(*read, count);
    } else {
      EXPECT_THAT(read.error().message, HasSubstr("tensors can't fit in the 12 bytes left"));
    }
  }
}

TEST(ByteCursor, ErrorsSayFileByteAndThing) {
  Cursor cursor("abcdef");
  ASSERT_TRUE(cursor.take(2));
  EXPECT_EQ(cursor.error(ErrorKind::corrupt, "odd").value().where, "m.gguf: byte 2");
  cursor.enter("header", "");
  EXPECT_EQ(cursor.error(ErrorKind::corrupt, "odd").value().where, "m.gguf: byte 2, header");
  cursor.enter("key", "a\nb");
  const Error error = cursor.error(ErrorKind::unsupported, "odd", "leave it out").value();
  EXPECT_EQ(error.where, "m.gguf: byte 2, key 'a\uFFFDb'");
  EXPECT_EQ(error.kind, ErrorKind::unsupported);
  EXPECT_EQ(error.mend, "leave it out");
}

}  // namespace
}  // namespace ashlar::formats
