// Drafts by their names and URIs.
#include "grammar/draft.h"

#include <gtest/gtest.h>

#include "grammar/json_reader.h"

namespace ashlar::grammar {
namespace {

TEST(Drafts, ByNameAndByMetaschema) {
  for (const char* name : {"4", "6", "7", "2019-09", "2020-12"})
    EXPECT_EQ(name_of(*draft_named(name)), name);
  EXPECT_FALSE(draft_named("3"));
  EXPECT_EQ(draft_of_metaschema("http://json-schema.org/draft-07/schema#"), Draft::d7);
  EXPECT_EQ(draft_of_metaschema("https://json-schema.org/draft-07/schema"), Draft::d7);
  EXPECT_EQ(draft_of_metaschema("https://json-schema.org/draft/2019-09/schema"), Draft::d2019_09);
  EXPECT_FALSE(draft_of_metaschema("http://json-schema.org/draft-03/schema#"));
  EXPECT_FALSE(draft_of_metaschema("ftp://json-schema.org/draft-07/schema"));
}

TEST(Metaschemas, AreJsonAndCalledAsTheySay) {
  EXPECT_EQ(metaschemas().size(), 19u);
  for (const Metaschema& metaschema : metaschemas()) {
    const auto document = read_json(metaschema.text, metaschema.uri);
    ASSERT_TRUE(document) << metaschema.uri;
    const Value* id = document->object()->find("$id");
    if (!id) id = document->object()->find("id");
    ASSERT_TRUE(id) << metaschema.uri;
    EXPECT_TRUE(id->string()->starts_with(metaschema.uri)) << *id->string();
  }
}

}  // namespace
}  // namespace ashlar::grammar
