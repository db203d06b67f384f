#include "converters/json_converter.hpp"
#include "tandem/base/error.hpp"
#include "tests/golden/json/lines.hpp"

namespace tandem::converters {
namespace {

JsonConverter converter(const std::string& settings) {
  JsonConverter made;
  const auto has = [&](char c) { return settings.find(c) != std::string::npos; };
  made.configure({{"schemas.enable", has('s') ? "true" : "false"},
                  {"decimal.format", has('n') ? "NUMERIC" : "BASE64"},
                  {"replace.null.with.default", has('d') ? "true" : "false"}},
                 false);
  return made;
}

std::string write(const std::string& settings, const SchemaAndValue& data) {
  std::string out;
  return converter(settings).from_connect("t", data.schema, data.value, out) ? out : "<null>";
}

std::string transcode(const std::string& read, const std::string& settings, const std::string& input) {
  try {
    auto reader = converter(read);
    const auto bytes = input == "<null>" ? std::optional<BytesView>() : BytesView(input);
    const auto first = reader.to_connect("t", bytes);
    // The second time it comes through the remembered prefix.
    const auto second = reader.to_connect("t", bytes);
    EXPECT_EQ(first.value, second.value) << input;
    EXPECT_EQ(first.schema.get(), second.schema.get()) << input;
    return write(settings, second);
  } catch (const TandemError& e) {
    EXPECT_EQ(e.kind(), ErrorKind::data) << e.what();
    return "!" + e.error().message;
  }
}

/// Each line is what Kafka Connect's own JsonConverter made of an input: see ../java.
TEST(JsonTranscode, EqualsJavaToTheByte) {
  const auto lines = test::vectors("transcode.tsv");
  ASSERT_GT(lines.size(), 800u);
  for (const auto& line : lines) {
    ASSERT_EQ(line.size(), 4u);
    const std::string out = transcode(line[0], line[1], line[2]);
    if (line[3].starts_with("!")) {
      EXPECT_TRUE(out.starts_with(line[3])) << line[2] << "\nours: " << out << "\nJava: " << line[3];
    } else {
      EXPECT_EQ(out, line[3]) << line[0] << " " << line[1] << " " << line[2];
    }
  }
}

}  // namespace
}  // namespace tandem::converters
