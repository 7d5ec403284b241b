#include "chat/template.h"
#include <gtest/gtest.h>
TEST(Template, X) {
  auto t = ashlar::chat::Template::compile("hi {{ a }}", "test");
  ASSERT_TRUE(t);
}
