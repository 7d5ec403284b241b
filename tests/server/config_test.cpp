// Where a server's fields come from, which source wins, and what is refused.
#include "server/config.h"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

#include "server/config_check.h"
#include "server/config_fields.h"
#include "tests/support/temp_folder.h"

namespace ashlar::server {
namespace {

using testing::HasSubstr;
using testing::Not;

class ConfigTest : public test::TempFolder {
 protected:
  std::filesystem::path file(const std::string& toml) {
    test::spill(root() / "serve.toml", toml);
    return root() / "serve.toml";
  }
  Error refused(const Sources& sources) {
    const auto settings = read_settings(sources);
    EXPECT_FALSE(settings);
    return settings ? Error{} : settings.error();
  }
};

TEST_F(ConfigTest, AFlagGoesBeforeTheEnvironmentAndThatBeforeTheFile) {
  const auto path = file("port = 1\nhost = \"::1\"\nmax_queue = 3\nrequest_time = 2\n");
  const auto settings =
      read_settings({path, {{"ASHLAR_PORT", "2"}, {"ASHLAR_HOST", "127.0.0.2"}}, {{"port", {"3"}}}})
          .value();
  EXPECT_EQ(settings.config.port, 3u);
  EXPECT_EQ(settings.config.host, "127.0.0.2");
  EXPECT_EQ(settings.config.max_queue, 3u);
  EXPECT_EQ(settings.config.request_time, 2.0);
  EXPECT_EQ(settings.config.precision, "fast");
  EXPECT_EQ(settings.where("port"), "--port");
  EXPECT_EQ(settings.where("host"), "ASHLAR_HOST");
  EXPECT_EQ(settings.where("max_queue"), path.string() + ":3:13");
  EXPECT_EQ(settings.where("precision"), "precision");
}

TEST_F(ConfigTest, ListsAndFlagsInEachSource) {
  const auto settings =
      read_settings({file("models = [\"a\", \"b\"]\nlog_prompts = true\nlora_modules = \"x=y\"\n"),
                     {{"ASHLAR_ALLOWED_ORIGINS", "http://a,http://b"},
                      {"ASHLAR_ENABLE_PREFIX_CACHING", "false"}},
                     {{"served_model_name", {"one", "two"}}}})
          .value();
  EXPECT_EQ(settings.config.models, (Texts{"a", "b"}));
  EXPECT_TRUE(settings.config.log_prompts);
  EXPECT_EQ(settings.config.lora_modules, Texts{"x=y"});
  EXPECT_EQ(settings.config.allowed_origins, (Texts{"http://a", "http://b"}));
  EXPECT_FALSE(settings.config.enable_prefix_caching);
  EXPECT_EQ(settings.config.served_model_name, (Texts{"one", "two"}));
}

TEST_F(ConfigTest, AnUnknownKeyIsNamedWithItsPlaceAndTheNearOne) {
  const auto path = file("port = 1\n  max_modle_len = 3\n");
  const Error error = refused({.file = path});
  EXPECT_EQ(error.where, path.string() + ":2:3");
  EXPECT_THAT(error.message, HasSubstr("max_modle_len"));
  EXPECT_THAT(error.mend, HasSubstr("max_model_len"));
}

TEST_F(ConfigTest, ValuesOfAnotherShapeOrOutOfRangeAreRefused) {
  for (const char* toml : {"port = \"80\"",
                           "port = -1",
                           "port = 70000",
                           "port = 80.5",
                           "host = 1",
                           "models = [1]",
                           "models = [[\"a\"]]",
                           "precision = \"slow\"",
                           "log_prompts = 1",
                           "request_time = \"1\"",
                           "request_time = nan",
                           "request_time = inf",
                           "request_time = 0",
                           "max_num_seqs = 0",
                           "host = 2020-01-01",
                           "host = {}",
                           "[host]",
                           "models = [\"\"]",
                           "host = \"a\\u0000b\"",
                           "memory_utilization = 1.5",
                           "max_json_depth = 100000",
                           "log_level = \"loud\""}) {
    const auto path = file(toml);
    EXPECT_THAT(refused({.file = path}).where, HasSubstr(path.string() + ":1:")) << toml;
  }
  for (const char* text : {"", "x", "-1", "1.5", "0x10", "65536", "99999999999999999999", "nan"})
    EXPECT_EQ(refused({.environment = {{"ASHLAR_PORT", text}}}).where, "ASHLAR_PORT") << text;
  EXPECT_EQ(refused({.flags = {{"port", {"x"}}}}).where, "--port");
  EXPECT_EQ(refused({.flags = {{"log_prompts", {"yes"}}}}).where, "--log-prompts");
}

TEST_F(ConfigTest, BrokenTomlIsNamedWithItsPlace) {
  const auto path = file("port = 1\nhost = \n");
  const Error error = refused({.file = path});
  EXPECT_THAT(error.where, HasSubstr(path.string() + ":2:"));
  EXPECT_EQ(refused({.file = root() / "none.toml"}).kind, ErrorKind::not_found);
}

TEST_F(ConfigTest, AKeyWithoutEndIsRefused) {
  std::string key = "a";
  for (int part = 0; part < 200'000; ++part) key += ".a";
  EXPECT_EQ(refused({.file = file(key + " = 1\n")}).kind, ErrorKind::too_large);
}

TEST_F(ConfigTest, VariablesThatSpeakOfServingMustBeFields) {
  const auto mend = [this](const char* name) {
    return refused({.environment = {{name, "1"}}}).mend;
  };
  EXPECT_THAT(mend("ASHLAR_SERVE_PORT"), HasSubstr("ASHLAR_PORT"));
  EXPECT_THAT(mend("ASHLAR_SERVED_MODEL_NAMES"), HasSubstr("ASHLAR_SERVED_MODEL_NAME"));
  EXPECT_THAT(mend("ASHLAR_SERVE_WHATEVER_THIS_IS"), HasSubstr("--print-config"));
  EXPECT_THAT(mend("ASHLAR_PROT"), HasSubstr("ASHLAR_PORT"));
  EXPECT_TRUE(read_settings({.environment = {{"ASHLAR_HOME", "/x"},
                                             {"ASHLAR_ISA", "scalar"},
                                             {"ASHLAR_TEST_DATA", "/y"},
                                             {"ASHLAR_BINARY_DIR", "/z"},
                                             {"ASHLAR_SOURCE_DIR", "/z"}}}));
}

TEST_F(ConfigTest, SecretsAreNotPrinted) {
  const auto settings = read_settings({.flags = {{"api_key", {"very-secret"}}}}).value();
  EXPECT_THAT(settings_text(settings), Not(HasSubstr("very-secret")));
  EXPECT_EQ(settings_json(settings)["api_key"]["value"], "***");
  EXPECT_EQ(settings_json(settings)["api_key"]["from"], "--api-key");
  EXPECT_EQ(settings_json(settings)["port"]["from"], "default");
}

TEST_F(ConfigTest, EveryFieldIsOnTheOperatorsPage) {
  std::ifstream page(std::string(ASHLAR_SOURCE_DIR) + "/docs/serving.md");
  std::stringstream text;
  text << page.rdbuf();
  for (const ConfigField& field : config_fields()) {
    const auto begin = text.str().find("| `" + std::string(field.name) + "` |");
    ASSERT_NE(begin, std::string::npos) << field.name;
    const std::string row = text.str().substr(begin, text.str().find('\n', begin) - begin);
    EXPECT_EQ(row.find("⟳") != row.npos, field.reloads) << row;
  }
}

TEST_F(ConfigTest, DefaultsAreWithinTheirOwnLimits) {
  const Config defaults;
  for (const ConfigField& field : config_fields()) {
    Config config;
    const auto value =
        std::visit([&](auto member) { return base::Json(defaults.*member); }, field.member);
    EXPECT_TRUE(set_field(field, value, "default", config)) << field.name;
    EXPECT_EQ(find_config_field(field.name), &field);
  }
}

// What check_settings() says, each message and place.
class CheckTest : public ConfigTest {
 protected:
  CheckTest() {
    model_ = (root() / "m.gguf").string();
    test::spill(model_, "not looked into");
  }
  std::string check(const std::string& toml, const std::string& host = "127.0.0.1") {
    Settings settings;
    settings.config.models = {model_};
    settings.config.data_dir = root().string();
    EXPECT_TRUE(read_toml(toml, "f", settings));
    std::string all;
    for (const Error& error : check_settings(settings, host)) all += error.line() + "\n";
    return all;
  }
  std::string model_;
};

TEST_F(CheckTest, NothingIsWrong) {
  EXPECT_EQ(check(""), "");
  EXPECT_EQ(check("served_model_name = [\"a\", \"b\"]"), "");
  EXPECT_EQ(check("api_key = [\"0123456789\"]", "0.0.0.0"), "");
}

TEST_F(CheckTest, FilesAndNamesThatArentThere) {
  EXPECT_THAT(check("models = [\"/none.gguf\"]"), HasSubstr("f:1:10"));
  EXPECT_THAT(check("models = [\"smolm2\"]"), HasSubstr("smollm2"));
  EXPECT_THAT(check("models = []"), HasSubstr("models"));
  EXPECT_THAT(check("speculation = \"/none.gguf\""), HasSubstr("/none.gguf"));
  EXPECT_THAT(check("log_file = \"/none/x.log\""), HasSubstr("/none/x.log"));
  EXPECT_THAT(check("data_dir = \"" + model_ + "\""), HasSubstr("no folder"));
  EXPECT_THAT(check("ssl_certfile = \"" + model_ + "\""), HasSubstr("go together"));
  EXPECT_THAT(check("ssl_certfile = \"" + model_ + "\"\nssl_keyfile = \"" + model_ + "\""),
              HasSubstr("no certificate"));
  test::spill(root() / "keys.json", "{");
  EXPECT_THAT(check(""), HasSubstr("keys.json"));
}

TEST_F(CheckTest, NamesThatAreTakenAndAdapters) {
  const std::string two = "models = [\"" + model_ + "\", \"" + model_ + "\"]\n";
  EXPECT_THAT(check(two), HasSubstr("two models"));
  EXPECT_EQ(check(two + "served_model_name = [\"a\", \"b\"]"), "");
  EXPECT_THAT(check(two + "served_model_name = [\"a\"]"), HasSubstr("1 names for 2 models"));
  EXPECT_THAT(check("lora_modules = [\"x\"]"), HasSubstr("NAME=PATH"));
  EXPECT_THAT(check("lora_modules = [\"x=/none\"]"), HasSubstr("/none"));
  const std::string path = root().string();
  EXPECT_EQ(check("lora_modules = [\"x=" + path + "\"]"), "");
  EXPECT_THAT(check("lora_modules = [\"x=" + path + "\", \"x=" + path + "\"]"),
              HasSubstr("two models"));
  EXPECT_THAT(check("lora_modules = ['{\"name\": \"x\", \"path\": \"" + path +
                    "\", \"base_model_name\": \"other\"}']"),
              HasSubstr("no model 'other'"));
}

TEST_F(CheckTest, WhatOthersReachNeedsKeys) {
  for (const char* host : {"0.0.0.0", "::", "192.168.1.1"})
    EXPECT_THAT(check("", host), HasSubstr("ashlar keys add")) << host;
  for (const char* host : {"127.0.0.1", "127.9.9.9", "::1"}) EXPECT_EQ(check("", host), "") << host;
}

TEST_F(CheckTest, OriginsAndKeys) {
  EXPECT_EQ(check("allowed_origins = [\"https://a.b:1\", \"*\"]"), "");
  for (const char* origin : {"a.b", "https://a/", "https://a/x", "https://", "https://*.a", "://a"})
    EXPECT_THAT(check("allowed_origins = [\"" + std::string(origin) + "\"]"), HasSubstr("origin"));
  EXPECT_THAT(check("api_key = [\"short\"]"), HasSubstr("api_key"));
  EXPECT_THAT(check("api_key = [\"with a blank\"]"), HasSubstr("api_key"));
}

}  // namespace
}  // namespace ashlar::server
