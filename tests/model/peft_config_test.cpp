// adapter_config.json as PEFT writes it: which modules it means, by what rank and scale, and what
// is refused by name.
#include "model/peft_config.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cmath>

namespace ashlar::model {
namespace {

using testing::HasSubstr;

constexpr const char* kQuery = "model.layers.3.self_attn.q_proj";
constexpr const char* kDown = "model.layers.12.mlp.down_proj";

// A configuration with these fields besides the needed ones, which they may replace.
Result<PeftConfig> config_of(const std::string& fields) {
  return PeftConfig::parse(
      R"({"peft_type":"LORA","r":8,"lora_alpha":16,"target_modules":["q_proj"])" +
          (fields.empty() ? "" : "," + fields) + "}",
      "adapter_config.json");
}

PeftConfig config(const std::string& fields) {
  auto parsed = config_of(fields);
  if (!parsed) throw std::runtime_error(parsed.error().line());
  return std::move(*parsed);
}

Error refused(const std::string& fields) {
  const auto parsed = config_of(fields);
  EXPECT_FALSE(parsed) << fields;
  if (parsed) return {};
  EXPECT_THAT(parsed.error().where, HasSubstr("adapter_config.json: /"));
  EXPECT_NE(parsed.error().mend, "");
  return parsed.error();
}

// What PEFT 0.21.2 writes for LoraConfig(r=8, target_modules=["q_proj"]), shortened by nothing.
constexpr const char* kAsWritten = R"("task_type": "CAUSAL_LM", "auto_mapping": null,
"peft_version": "0.21.2", "base_model_name_or_path": "some/model", "revision": null,
"inference_mode": true, "exclude_modules": null, "lora_dropout": 0.05, "fan_in_fan_out": false,
"bias": "none", "use_rslora": false, "modules_to_save": null, "init_lora_weights": true,
"layers_to_transform": null, "layers_pattern": null, "rank_pattern": {}, "alpha_pattern": {},
"megatron_config": null, "megatron_core": "megatron.core", "trainable_token_indices": null,
"loftq_config": {}, "eva_config": null, "corda_config": null, "lora_ga_config": null,
"use_dora": false, "velora_config": null, "alora_invocation_tokens": null, "use_qalora": false,
"qalora_group_size": 16, "monteclora_config": null, "layer_replication": null, "lora_bias": false,
"target_parameters": null, "use_bdlora": null, "arrow_config": null, "kasa_config": null,
"ensure_weight_tying": false)";

TEST(PeftConfig, ReadsWhatPeftWrites) {
  const PeftConfig c = config(kAsWritten);
  EXPECT_TRUE(c.targets(kQuery, 3));
  EXPECT_FALSE(c.targets(kDown, 12));
  EXPECT_EQ(c.rank_of(kQuery), 8u);
  EXPECT_EQ(c.scale_of(kQuery), 2);
}

TEST(PeftConfig, NamesMatchWholeOrBehindADot) {
  const PeftConfig c =
      config(R"("target_modules":["proj","mlp.down_proj","model.layers.3.self_attn.q_proj"])");
  EXPECT_TRUE(c.targets(kQuery, 3));
  EXPECT_TRUE(c.targets(kDown, 12));
  EXPECT_FALSE(c.targets("model.layers.4.self_attn.q_proj", 4)) << "'proj' is no end behind a dot";
}

TEST(PeftConfig, AllLinearMeansEveryOne) {
  const PeftConfig c = config(R"("target_modules":"All-Linear","exclude_modules":["q_proj"])");
  EXPECT_TRUE(c.targets(kDown, 12));
  EXPECT_FALSE(c.targets(kQuery, 3));
}

TEST(PeftConfig, APatternMatchesTheWholeName) {
  const PeftConfig c =
      config(R"_("target_modules":"model\\.layers\\.(?:3|1\\d)\\..*(q_proj|down_proj)")_");
  EXPECT_TRUE(c.targets(kQuery, 3));
  EXPECT_TRUE(c.targets(kDown, 12));
  EXPECT_FALSE(c.targets("model.layers.2.self_attn.q_proj", 2));
  EXPECT_FALSE(config(R"("target_modules":"q_pro.+")").targets(kQuery, 3));
  EXPECT_FALSE(config(R"("target_modules":".*","exclude_modules":".*(mlp|embed|lm_head).*")")
                   .targets(kDown, 12));
}

TEST(PeftConfig, SomeLayersOnly) {
  for (const char* layers : {"[3,5]", "3"}) {
    const PeftConfig c =
        config(fmt::format(R"("layers_to_transform":{},"layers_pattern":"layers")", layers));
    EXPECT_TRUE(c.targets(kQuery, 3));
    EXPECT_FALSE(c.targets("model.layers.4.self_attn.q_proj", 4));
  }
}

TEST(PeftConfig, TheFirstPatternThatFitsSetsRankAndAlpha) {
  const PeftConfig c = config(R"("use_rslora":true,
    "rank_pattern":{"layers.3.self_attn.q_proj":4, "q_proj":2, "mlp\\..*":32},
    "alpha_pattern":{"down_proj":1, "proj":100})");
  EXPECT_EQ(c.rank_of(kQuery), 4u);
  EXPECT_EQ(c.scale_of(kQuery), 8) << "'proj' fits no name; alpha 16 by the root of 4";
  EXPECT_EQ(c.rank_of("model.layers.4.self_attn.q_proj"), 2u);
  EXPECT_EQ(c.rank_of("model.layers.4.self_attn.v_proj"), 8u);
  EXPECT_EQ(c.rank_of(kDown), 32u);
  EXPECT_EQ(c.scale_of(kDown), 1 / std::sqrt(32));
}

TEST(PeftConfig, WhatIsNotLoraIsRefusedByName) {
  for (const auto& [field, name] :
       {std::pair{R"("modules_to_save":["lm_head"])", "modules_to_save"},
        {R"("use_dora":true)", "use_dora"},
        {R"("bias":"all")", "bias"},
        {R"("lora_bias":true)", "lora_bias"},
        {R"("fan_in_fan_out":true)", "fan_in_fan_out"},
        {R"("alora_invocation_tokens":[1])", "alora_invocation_tokens"},
        {R"("trainable_token_indices":[1])", "trainable_token_indices"},
        {R"("layer_replication":[[0,2]])", "layer_replication"},
        {R"("target_parameters":["mlp.experts"])", "target_parameters"},
        {R"("some_new_feature":{"on":1})", "some_new_feature"},
        {R"("init_lora_weights":"pissa")", "init_lora_weights"},
        {R"("layers_pattern":"h")", "layers_pattern"},
        {R"("task_type":"SEQ_CLS")", "task_type"}}) {
    const Error error = refused(field);
    EXPECT_EQ(error.kind, ErrorKind::unsupported) << field;
    EXPECT_THAT(error.message, HasSubstr(name));
    EXPECT_THAT(error.where, HasSubstr(std::string("/") + name));
  }
  for (const char* type : {"\"IA3\"", "\"LOHA\"", "null", "3"}) {
    const Error error = refused(fmt::format("\"peft_type\":{}", type));
    EXPECT_THAT(error.message, HasSubstr("not LORA"));
  }
}

TEST(PeftConfig, EmbeddingAndOutputMatrixAreNotAdapted) {
  EXPECT_THAT(refused(R"("target_modules":["q_proj","lm_head"])").message, HasSubstr("lm_head"));
  EXPECT_THAT(refused(R"("target_modules":["embed_tokens"])").message, HasSubstr("embed_tokens"));
  EXPECT_THAT(refused(R"("target_modules":".*")").message, HasSubstr("embed_tokens"));
}

TEST(PeftConfig, WrongValuesSayTheirPlace) {
  for (const auto& [field, name] :
       {std::pair{R"("r":0)", "r"},
        {R"("r":-1)", "r"},
        {R"("r":8.0)", "r"},
        {R"("r":4294967304)", "r"},
        {R"("lora_alpha":"16")", "lora_alpha"},
        {R"("lora_alpha":1e300)", "lora_alpha"},
        {R"("use_rslora":1)", "use_rslora"},
        {R"("rank_pattern":[8])", "rank_pattern"},
        {R"("rank_pattern":{"q_proj":0})", "rank_pattern"},
        {R"("alpha_pattern":{"q_proj":null})", "alpha_pattern"},
        {R"("target_modules":7)", "target_modules"},
        {R"("target_modules":null)", "target_modules"},
        {R"("target_modules":[1])", "target_modules"},
        {R"("layers_to_transform":[-1])", "layers_to_transform"},
        {R"("layers_to_transform":["1"])", "layers_to_transform"},
        {R"("target_modules":"q_proj","layers_to_transform":[1])", "layers_to_transform"}}) {
    const Error error = refused(field);
    EXPECT_EQ(error.kind, ErrorKind::corrupt) << field;
    EXPECT_THAT(error.where, HasSubstr(std::string("/") + name));
  }
  EXPECT_EQ(PeftConfig::parse("[]", "c").error().kind, ErrorKind::corrupt);
  EXPECT_EQ(PeftConfig::parse("{", "c").error().kind, ErrorKind::bad_input);
  EXPECT_EQ(PeftConfig::parse("{}", "c").error().kind, ErrorKind::unsupported);
}

TEST(PeftConfig, ManyExpressionsAreTooMany) {
  std::string patterns;
  for (int i = 0; i < 65; ++i) patterns += fmt::format("{}\"{}.*\":8", i ? "," : "", i);
  EXPECT_EQ(refused("\"rank_pattern\":{" + patterns + "}").kind, ErrorKind::too_large);
}

}  // namespace
}  // namespace ashlar::model
