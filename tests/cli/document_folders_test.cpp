// Where a schema's references may lead: folders that were named, and nowhere else.
#include "cli/document_folders.h"

#include "tests/support/temp_folder.h"

namespace ashlar::cli {
namespace {

class DocumentFolders : public test::TempFolder {};

TEST_F(DocumentFolders, AUriStandsForAFolder) {
  put("/schemas/sub/a b.json", "{}");
  put("/secret.json", "1");
  const auto library = document_folders(
      {"http://x/s/=" + (root() / "schemas").string(), "urn:y=" + root().string()});
  ASSERT_TRUE(library);
  EXPECT_EQ((*library)("http://x/s/sub/a%20b.json").value(), "{}");
  for (const char* uri : {"http://x/s/none.json", "http://x/sub/a.json", "http://x/ss/sub/a.json",
                          "http://x/s/../secret.json", "http://x/s/%2e%2e/secret.json",
                          "http://x/s/%2Fetc/passwd", "http://x/s/sub", "http://x/s"})
    EXPECT_EQ((*library)(uri).error().kind, ErrorKind::not_found) << uri;
}

TEST_F(DocumentFolders, MustBeWrittenAsUriAndFolder) {
  for (const char* ref : {"", "a", "=a", "a="})
    EXPECT_EQ(document_folders({ref}).error().where, "--refs") << ref;
}

}  // namespace
}  // namespace ashlar::cli
