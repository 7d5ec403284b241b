// Values put together from events, and what stops them.
#include "formats/document_builder.h"

#include <gmock/gmock.h>

namespace ashlar::formats {
namespace {

using base::Json;
using testing::HasSubstr;

TEST(DocumentBuilder, PutsContainersTogether) {
  DocumentBuilder builder;
  ASSERT_TRUE(builder.begin_object());
  EXPECT_TRUE(builder.wants_name());
  ASSERT_TRUE(builder.name("list"));
  EXPECT_FALSE(builder.wants_name());
  ASSERT_TRUE(builder.begin_array());
  ASSERT_TRUE(builder.value(1));
  ASSERT_TRUE(builder.value({{"deep", true}}));
  EXPECT_EQ(builder.end(), Json::parse(R"([1, {"deep": true}])"));
  EXPECT_TRUE(builder.wants_name());
  ASSERT_TRUE(builder.name("after"));
  ASSERT_TRUE(builder.value(nullptr));
  EXPECT_TRUE(builder.inside());
  builder.end();
  EXPECT_FALSE(builder.inside());
  EXPECT_EQ(base::write_json(builder.take()), R"({"list":[1,{"deep":true}],"after":null})");
}

TEST(DocumentBuilder, NothingIsNull) {
  EXPECT_TRUE(DocumentBuilder().take().is_null());
}

TEST(DocumentBuilder, ANameComesOnceInAnObject) {
  DocumentBuilder builder;
  ASSERT_TRUE(builder.begin_object());
  ASSERT_TRUE(builder.name("a"));
  ASSERT_TRUE(builder.begin_object());
  ASSERT_TRUE(builder.name("a"));  // in another one
  ASSERT_TRUE(builder.value(1));
  builder.end();
  const Status again = builder.name("a");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::bad_input);
  EXPECT_THAT(again.error().message, HasSubstr("'a' comes twice"));
}

TEST(DocumentBuilder, DepthCountsWhatAValueBrings) {
  Json deep = 1;
  for (int i = 0; i < kMostDocumentDepth - 1; ++i) deep = Json::array({deep});
  DocumentBuilder builder;
  ASSERT_TRUE(builder.begin_array());
  EXPECT_TRUE(builder.value(deep));
  const Status over = builder.value(Json::array({deep}));
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().kind, ErrorKind::too_large);
  for (int i = 1; i < kMostDocumentDepth; ++i) ASSERT_TRUE(builder.begin_array()) << i;
  EXPECT_FALSE(builder.begin_array());
}

TEST(DocumentBuilder, ValuesAndTextAreCounted) {
  DocumentBuilder many;
  ASSERT_TRUE(many.begin_array());
  for (std::size_t i = 1; i < kMostDocumentValues; ++i) ASSERT_TRUE(many.value(0));
  EXPECT_THAT(many.value(0).error().message, HasSubstr("more than 50000 values"));

  DocumentBuilder copies;
  ASSERT_TRUE(copies.charge({kMostDocumentValues, 0}));
  EXPECT_FALSE(copies.begin_object());

  DocumentBuilder texts;
  ASSERT_TRUE(texts.begin_object());
  ASSERT_TRUE(texts.name(std::string(kMostDocumentText, 'x')));
  EXPECT_THAT(texts.value("y").error().message, HasSubstr("bytes of text"));
}

TEST(DocumentBuilder, SizeCountsAllThatIsInside) {
  const DocumentSize size = size_of(Json::parse(R"({"ab": ["c", {"d": 1}], "e": null})"));
  EXPECT_EQ(size.values, 6u);
  EXPECT_EQ(size.text, 5u);  // ab, c, d, e
}

TEST(DocumentBuilder, IntegersAreAsJsonReadsThem) {
  EXPECT_TRUE(json_of_integer(7).is_number_unsigned());
  EXPECT_EQ(json_of_integer(7), 7);
  EXPECT_EQ(json_of_integer(INT64_MIN), INT64_MIN);
}

}  // namespace
}  // namespace ashlar::formats
