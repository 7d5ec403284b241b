// What `inspect` shows of a small file, as JSON and to a person.
#include "cli/inspect_report.h"

#include <gmock/gmock.h>

#include <limits>

#include "tests/support/gguf_builder.h"

namespace ashlar::cli {
namespace {

using test::GgufBuilder;
using ::testing::HasSubstr;
using ::testing::Not;

class Inspected {
 public:
  explicit Inspected(const GgufBuilder& builder)
      : bytes_(builder.build()),
        file_(formats::Gguf::parse(test::bytes_of(bytes_), "m.gguf").value()),
        report_(inspect(file_, 0)) {}

  base::Json json() const { return inspect_json(report_); }
  std::string text() const { return inspect_text(report_); }

 private:
  std::string bytes_;
  formats::Gguf file_;
  InspectReport report_;
};

TEST(InspectReport, TensorsTypesAndParameters) {
  const Inspected inspected(GgufBuilder()
                                .tensor_f32("norm", {3}, {1, 2, 3})
                                .tensor("w", test::Ggml::q8_0, {64, 2}, std::string(136, 'x'))
                                .tensor_f32("bias", {2}, {1, 2}));
  const base::Json json = inspected.json();
  EXPECT_EQ(json["file"], "m.gguf");
  EXPECT_EQ(json["version"], 3);
  EXPECT_EQ(json["parameters"], 3 + 128 + 2);
  EXPECT_EQ(json["tensors"][1].dump(), R"({"name":"w","type":"Q8_0","shape":[64,2],"bytes":136})");
  EXPECT_EQ(json["types"].dump(), R"([{"type":"F32","tensors":2,"bytes":20,"kernel":"f32"},)"
                                  R"({"type":"Q8_0","tensors":1,"bytes":136,"kernel":"int8"}])");
}

TEST(InspectReport, MetadataKeepsOrderAndValues) {
  const Inspected inspected(GgufBuilder()
                                .string("z", "text")
                                .u32("a", 7)
                                .i32("minus", -7)
                                .boolean("yes", true)
                                .f32("half", 0.5f)
                                .f64("inf", std::numeric_limits<double>::infinity())
                                .i32s("list", {1, 2})
                                .strings("none", {}));
  EXPECT_EQ(inspected.json()["metadata"].dump(),
            R"({"z":"text","a":7,"minus":-7,"yes":true,"half":0.5,"inf":"inf","list":[1,2],)"
            R"("none":[]})");
}

TEST(InspectReport, LongArraysAreShortened) {
  const std::vector<std::string> words(65, "w");
  const Inspected inspected(GgufBuilder().strings("words", words));
  const base::Json shown = inspected.json()["metadata"]["words"];
  EXPECT_EQ(shown["type"], "arr[str]");
  EXPECT_EQ(shown["length"], 65);
  EXPECT_EQ(shown["first"].size(), 8u);
  EXPECT_THAT(inspected.text(), HasSubstr("words  arr[str]  65: 'w' 'w' 'w' 'w' …"));
  EXPECT_EQ(Inspected(GgufBuilder().strings("words", {64, "w"})).json()["metadata"]["words"].size(),
            64u);
}

TEST(InspectReport, WithoutAnArchitectureTheMemoryIsUnknownAndSaysWhy) {
  const Inspected inspected(GgufBuilder().string("general.architecture", "t5"));
  const base::Json json = inspected.json();
  EXPECT_TRUE(json["memory"].is_null());
  EXPECT_THAT(json["memory_unknown"].get<std::string>(), HasSubstr("architecture 't5'"));
  EXPECT_THAT(inspected.text(), HasSubstr("memory: not predicted: unsupported"));
}

TEST(InspectReport, TablesAreAligned) {
  const std::string text = Inspected(GgufBuilder()
                                         .u32("key", 1)
                                         .u32("longer.key", 12)
                                         .tensor_f32("a", {1000}, std::vector<float>(1000))
                                         .tensor_f32("long", {2, 2}, {1, 2, 3, 4}))
                               .text();
  EXPECT_THAT(text, HasSubstr("  key         u32  1\n"
                              "  longer.key  u32  12\n"));
  EXPECT_THAT(text, HasSubstr("  name  type  shape  bytes\n"
                              "  a     F32    1000  4,000\n"
                              "  long  F32   2 × 2     16\n"));
  EXPECT_THAT(text, HasSubstr("parameters 1,004\n"));
}

TEST(InspectReport, NothingInTheFileReachesTheTerminalRaw) {
  const std::string text =
      Inspected(GgufBuilder().string("k\x1b[2J", "v\x1b[2J").tensor_f32("t\x1b[2J", {1}, {1}))
          .text();
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST(InspectReport, LongTextIsShortenedForPeopleOnly) {
  const std::string prose(1234, 'x');
  const Inspected inspected(GgufBuilder().string("template", prose));
  EXPECT_EQ(inspected.json()["metadata"]["template"], prose);
  EXPECT_THAT(inspected.text(), HasSubstr("'… (1,234 bytes)"));
}

}  // namespace
}  // namespace ashlar::cli
