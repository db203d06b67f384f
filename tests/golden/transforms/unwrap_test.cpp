#include "converters/json_converter.hpp"
#include "tandem/base/error.hpp"
#include "tests/golden/json/lines.hpp"
#include "transforms/extract_new_record_state.hpp"

namespace tandem::transforms {
namespace {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find(separator, at), text.size());
    parts.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

class Unwrap : public testing::Test {
 protected:
  Unwrap() { json_.configure({}, false); }

  SchemaAndValue read(const std::string& text) {
    return json_.to_connect("t", text == "<null>" ? std::nullopt : std::optional<BytesView>(text));
  }
  std::string write(const SchemaPtr& schema, const Value& value) {
    std::string out;
    return json_.from_connect("t", schema, value, out) ? out : "<null>";
  }

  std::string apply(const std::vector<std::string>& line) {
    ConfigMap config;
    for (const auto& pair : split(line[0], ';')) {
      const auto equal = pair.find('=');
      config[pair.substr(0, equal)] = pair.substr(equal + 1);
    }
    ConnectRecord record;
    record.topic = line[1];
    const auto key = read(line[2]), value = read(line[3]);
    record.key_schema = key.schema;
    record.key = key.value;
    record.value_schema = value.schema;
    record.value = value.value;
    for (const auto& header : split(line[4], '|')) {
      const auto equal = header.find('=');
      const auto data = read(header.substr(equal + 1));
      record.headers.push_back({header.substr(0, equal), data.schema, data.value});
    }
    try {
      ExtractNewRecordState transform;
      transform.configure(config);
      const std::size_t headers = record.headers.size();
      if (!transform.apply(record)) {
        EXPECT_EQ(record.headers.size(), headers);
        return "dropped";
      }
    } catch (const TandemError& e) {
      EXPECT_NE(e.kind(), ErrorKind::bug) << e.what();
      return "!";
    }
    std::string headers;
    for (const Header& h : record.headers) {
      headers += (headers.empty() ? "" : "|") + h.key + "=" + write(h.schema, h.value);
    }
    return record.topic + "\t" + write(record.key_schema, record.key) + "\t" +
           write(record.value_schema, record.value) + "\t" + headers;
  }

  converters::JsonConverter json_;
};

/// Each line is what Debezium's own transform made of a record: see ../java.
TEST_F(Unwrap, EqualsJavaToTheByte) {
  const auto lines = test::vectors("unwrap.tsv");
  ASSERT_GT(lines.size(), 100u);
  for (const auto& line : lines) {
    std::string expected;
    for (std::size_t i = 5; i < line.size(); ++i) {
      expected += (i == 5 ? "" : "\t") + line[i];
    }
    EXPECT_EQ(apply(line), expected.starts_with("!") ? "!" : expected) << line[0] << "\n"
                                                                       << line[3] << "\n"
                                                                       << line[4];
  }
}

}  // namespace
}  // namespace tandem::transforms
