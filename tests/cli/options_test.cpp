// Flags as CLI11 reads them: a request as JSON, how a model runs, and errors in the words of flags.
#include "cli/options.h"

#include <gmock/gmock.h>

namespace ashlar::cli {
namespace {

using base::Json;
using ::testing::HasSubstr;

Result<Json> sampling_of(const std::string& line) {
  CLI::App app;
  const RequestFlags flags(app, llm::sampling_fields());
  app.parse(line);
  return flags.value();
}

TEST(RequestFlags, GiveOnlyWhatWasSaid) {
  EXPECT_EQ(sampling_of(""), Json::object());
  EXPECT_EQ(sampling_of("--temperature 0.5 --stop one --top-k=7 --stop two --logit-bias 3=-1"),
            Json::parse(R"({"temperature": 0.5, "top_k": 7, "logit_bias": [[3, -1.0]],
                            "stop": ["one", "two"]})"));
}

TEST(RequestFlags, OnlyListsMayBeRepeated) {
  EXPECT_EQ(sampling_of("--stop-id 1 --stop-id 2"), Json::parse(R"({"stop_ids": [1, 2]})"));
  EXPECT_THROW(sampling_of("--top-k 1 --top-k 2"), CLI::ParseError);
}

TEST(RequestFlags, AListTakesOneValueAFlag) {
  CLI::App app;
  std::string prompt;
  app.add_option("PROMPT", prompt);
  const RequestFlags flags(app, llm::sampling_fields());
  app.parse("--stop end hello --stop-id 2");
  EXPECT_EQ(prompt, "hello");
  EXPECT_EQ(*flags.value(), Json::parse(R"({"stop": ["end"], "stop_ids": [2]})"));
}

TEST(RequestFlags, ABadValueNamesItsFlag) {
  const auto value = sampling_of("--top-p 0.9 --seed minus");
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().where, "--seed");
}

TEST(ComputeOptions, SayHowAModelRuns) {
  const auto parsed = [](const std::string& line) {
    CLI::App app;
    ModelOptions options;
    add_compute_options(app, options);
    add_chunk_option(app, options);
    app.parse(line);
    return options;
  };
  EXPECT_EQ(parsed("").precision, model::Precision::fast);
  const ModelOptions options = parsed("--precision exact --threads 3 --chunk 64");
  EXPECT_EQ(options.precision, model::Precision::exact);
  EXPECT_EQ(options.threads, 3u);
  EXPECT_EQ(options.engine.chunk, 64u);
  EXPECT_EQ(parsed("--precision fast").precision, model::Precision::fast);
  EXPECT_EQ(parsed("").engine.kv_dtype, std::nullopt) << "as the precision has it";
  EXPECT_EQ(parsed("--kv-cache-dtype q8_0").engine.kv_dtype, model::KvDtype::q8_0);
  EXPECT_EQ(parsed("--kv-cache-dtype f16").engine.kv_dtype, model::KvDtype::f16);
  for (const char* bad : {"--precision half", "--kv-cache-dtype q4_0", "--threads 0",
                          "--threads 1025", "--threads -1", "--chunk 0", "--chunk 65537"})
    EXPECT_THROW(parsed(bad), CLI::ParseError) << bad;
}

TEST(EngineOptions, SpeculationIsOffAndTheContextTheModelsUnlessSaid) {
  const auto parsed = [](const std::string& line) {
    CLI::App app;
    ModelOptions options;
    add_engine_options(app, options);
    app.parse(line);
    return std::pair(options.engine.speculation, options.engine.context);
  };
  EXPECT_EQ(parsed(""), std::pair(engine::Speculation::off, 0u));
  EXPECT_EQ(parsed("--speculate off").first, engine::Speculation::off);
  EXPECT_EQ(parsed("--speculate ngram").first, engine::Speculation::ngram);
  EXPECT_EQ(parsed("--speculate small.gguf").first, engine::Speculation::draft);
  EXPECT_EQ(parsed("--ctx 512").second, 512u);
  for (const char* bad : {"--speculate", "--ctx 0", "--ctx -1", "--ctx x", "--ctx 5000000000"})
    EXPECT_THROW(parsed(bad), CLI::ParseError) << bad;
}

TEST(EngineOptions, ThePrefixCacheIsInMemoryUnlessSaid) {
  const auto parsed = [](const std::string& line) {
    CLI::App app;
    ModelOptions options;
    add_engine_options(app, options);
    app.parse(line);
    return options;
  };
  EXPECT_TRUE(parsed("").engine.prefix_cache);
  EXPECT_EQ(parsed("").prefix_cache, "");
  EXPECT_FALSE(parsed("--prefix-cache off").engine.prefix_cache);
  EXPECT_EQ(parsed("--prefix-cache off").prefix_cache, "");
  EXPECT_EQ(parsed("--prefix-cache some/folder").prefix_cache, "some/folder");
  EXPECT_EQ(parsed("--prefix-cache-mb 10").prefix_cache_mb, 10u);
  EXPECT_EQ(parsed("--guesses 5").engine.guesses, 5u);
  for (const char* bad : {"--prefix-cache", "--prefix-cache-mb 0", "--guesses 0", "--guesses 17"})
    EXPECT_THROW(parsed(bad), CLI::ParseError) << bad;
}

TEST(OpenModel, AnUnknownModelIsNotFound) {
  const auto model = open_model({.model = "/no/such/model.gguf"});
  ASSERT_FALSE(model);
  EXPECT_EQ(model.error().kind, ErrorKind::not_found);
  EXPECT_THAT(model.error().where, HasSubstr("/no/such/model.gguf"));
}

// Whoever typed flags is told of flags, not of the JSON made from them.
TEST(AsFlagError, PointersBecomeFlags) {
  const auto flag_of = [](const char* where) {
    return as_flag_error(Error{ErrorKind::bad_input, "", where, ""}).where;
  };
  EXPECT_EQ(flag_of("/top_p"), "--top-p");
  EXPECT_EQ(flag_of("stop[1]"), "--stop");
  EXPECT_EQ(flag_of("/stop_ids/0"), "--stop-id");
  EXPECT_EQ(flag_of("/messages/0/content"), "/messages/0/content") << "it has no flag";
  EXPECT_EQ(flag_of("model.gguf"), "model.gguf");
}

}  // namespace
}  // namespace ashlar::cli
