// What programs read of a stored model.
#include "cli/model_json.h"

#include <gtest/gtest.h>

#include <fstream>

namespace ashlar::cli {
namespace {

using base::Json;

TEST(ModelJson, ALocalFileHasItsOwnSizeAndNoPackage) {
  const std::string path = testing::TempDir() + "model_json.gguf";
  std::ofstream(path) << "12345";
  hub::StoredModel model{{}, path, true};
  model.entry.name = "mine";
  EXPECT_EQ(model_json(model), Json({{"name", "mine"},
                                     {"description", nullptr},
                                     {"licence", nullptr},
                                     {"present", true},
                                     {"path", path},
                                     {"bytes", 5},
                                     {"package", nullptr},
                                     {"member", nullptr},
                                     {"sha256", nullptr}}));
}

TEST(ModelJson, WhatIsNotFetchedHasTheCataloguesSize) {
  const hub::CatalogueEntry entry{"tiny", "small",  "tiny==1.0", "tiny/m.gguf",
                                  "ab12", 98362432, "",          "MIT"};
  const Json json = model_json({entry, "/no/such/m.gguf", false});
  EXPECT_EQ(json["bytes"], 98362432);
  EXPECT_EQ(json["present"], false);
  EXPECT_EQ(json["package"], "tiny==1.0");
  EXPECT_EQ(json["member"], "tiny/m.gguf");
  EXPECT_EQ(json["sha256"], "ab12");
  EXPECT_EQ(json["licence"], "MIT");
  EXPECT_EQ(megabytes(98362432), "98.4 MB");
  EXPECT_EQ(megabytes(0), "0.0 MB");
}

}  // namespace
}  // namespace ashlar::cli
