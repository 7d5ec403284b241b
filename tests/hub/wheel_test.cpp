#include "hub/wheel.h"

#include <gmock/gmock.h>

#include "tests/hub/fake_home.h"

namespace ashlar::hub {
namespace {

class Wheel : public test::FakeHome {
 protected:
  Status read(const std::string& member, std::uint64_t bytes) {
    return read_member(path(), member, bytes, [this](std::span<const std::byte> piece) -> Status {
      ++pieces;
      out.append(reinterpret_cast<const char*>(piece.data()), piece.size());
      return {};
    });
  }
  std::filesystem::path path() const { return root() / "x.whl"; }
  std::string out;
  int pieces = 0;
};

TEST_F(Wheel, GivesTheMemberInPieces) {
  const std::string bytes = std::string(1u << 20, 'a') + "end";
  test::write_zip(path(), {{"x/model", bytes}, {"x/other", "no"}});
  ASSERT_TRUE(read("x/model", bytes.size()));
  EXPECT_EQ(out, bytes);
  EXPECT_GE(pieces, 2);
}

TEST_F(Wheel, RefusesAnotherSizeUnread) {
  test::write_zip(path(), {{"x", "four"}});
  EXPECT_EQ(read("x", 5).error().kind, ErrorKind::corrupt);
  EXPECT_EQ(read("x", 3).error().kind, ErrorKind::corrupt);
  EXPECT_EQ(pieces, 0);
}

TEST_F(Wheel, SaysWhichMemberIsMissing) {
  test::write_zip(path(), {{"x", "four"}});
  EXPECT_EQ(read("y", 4).error().where, "x.whl: y");
}

TEST_F(Wheel, SurvivesEveryCut) {
  test::write_zip(path(), {{"x", "some bytes that are packed"}});
  const std::string whole = test::slurp(path());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    test::spill(path(), whole.substr(0, size));
    EXPECT_FALSE(read("x", 26)) << size;
  }
}

TEST_F(Wheel, FindsDamagedBytes) {
  const std::string bytes(5000, 'q');
  test::write_zip(path(), {{"x", bytes}});
  std::string damaged = test::slurp(path());
  damaged[34] ^= 0x55;  // in the packed data, behind the local header of 30 + 1 bytes
  test::spill(path(), damaged);
  EXPECT_EQ(read("x", bytes.size()).error().kind, ErrorKind::corrupt);
}

TEST_F(Wheel, StopsAtTheSinksError) {
  test::write_zip(path(), {{"x", "four"}});
  const Status status = read_member(path(), "x", 4, [](std::span<const std::byte>) -> Status {
    return fail(ErrorKind::exhausted, "full");
  });
  EXPECT_EQ(status.error().message, "full");
}

}  // namespace
}  // namespace ashlar::hub
