#include "cli/key_reader.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <clocale>
#include <string>

#include "cli/interrupt.h"

namespace ashlar::cli {
namespace {

// A pipe in the terminal's place.
class ReadKey : public testing::Test {
 protected:
  ReadKey() {
    std::setlocale(LC_CTYPE, "C.UTF-8");
    EXPECT_EQ(::pipe(ends_), 0);
  }
  ~ReadKey() override {
    ::close(ends_[0]);
    close_input();
    std::setlocale(LC_CTYPE, "C");
  }

  void type(const std::string& bytes) {
    EXPECT_EQ(::write(ends_[1], bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  }
  void close_input() {
    if (ends_[1] >= 0) ::close(ends_[1]);
    ends_[1] = -1;
  }
  int next(int interrupt = -1) { return read_key(ends_[0], interrupt, key_); }

  wchar_t key_ = 0;

 private:
  int ends_[2] = {-1, -1};
};

TEST_F(ReadKey, CharactersOfAnyLength) {
  type("aé🦊");
  for (const wchar_t expected : {L'a', L'é', L'🦊'}) {
    EXPECT_EQ(next(), 1);
    EXPECT_EQ(key_, expected);
  }
}

TEST_F(ReadKey, BytesThatAreNoCharacterAreLeftOut) {
  type("\xff\xc3x\xf0\x9fy");
  EXPECT_EQ(next(), 1);
  EXPECT_EQ(key_, L'x');
  EXPECT_EQ(next(), 1);
  EXPECT_EQ(key_, L'y');
}

TEST_F(ReadKey, TheEndIsNoKey) {
  close_input();
  EXPECT_EQ(next(), 0);
}

TEST_F(ReadKey, AnInterruptBeforeTheReadEndsItAtOnce) {
  const Interrupt interrupt;
  raise(SIGINT);
  errno = 0;
  EXPECT_EQ(next(interrupt.descriptor()), -1);
  EXPECT_EQ(errno, EINTR);
}

TEST_F(ReadKey, WithoutOneKeysComeThrough) {
  const Interrupt interrupt;
  type("k");
  EXPECT_EQ(next(interrupt.descriptor()), 1);
  EXPECT_EQ(key_, L'k');
}

}  // namespace
}  // namespace ashlar::cli
