#include "converters/simple_converters.hpp"

#include "converters/builtin.hpp"
#include "tandem/base/error.hpp"
#include "tandem/data/logical.hpp"

#include <gtest/gtest.h>

namespace tandem::converters {
namespace {

TEST(StringConverter, WritesJavasToString) {
  StringConverter c;
  c.configure({}, false);
  const auto text = [&](const SchemaPtr& schema, const Value& value) {
    std::string out;
    return c.from_connect("t", schema, value, out) ? out : "<null>";
  };
  EXPECT_EQ(text(nullptr, "x"), "x");
  EXPECT_EQ(text(nullptr, std::int64_t{5}), "5");
  EXPECT_EQ(text(nullptr, 0.001f), "0.001");
  EXPECT_EQ(text(nullptr, Value()), "<null>");
  EXPECT_EQ(text(nullptr, Array{"a", std::int32_t{1}}), "[a, 1]");
  EXPECT_EQ(text(nullptr, MapEntries{{"k", "v"}, {"l", true}}), "{k=v, l=true}");
  EXPECT_EQ(text(decimal_schema(2).build(), Bytes{"\x7b"}), "1.23");
  const auto row = SchemaBuilder::structure()
                       .field("a", primitive(SchemaType::int32))
                       .field("b", primitive(SchemaType::string, true))
                       .field("c", primitive(SchemaType::string))
                       .build();
  auto s = std::make_shared<Struct>(row);
  s->put("a", std::int32_t{1});
  s->put("c", "x");
  EXPECT_EQ(text(row, s), "Struct{a=1,c=x}");
  EXPECT_EQ(c.to_connect("t", "é").value, Value("é"));
  EXPECT_TRUE(c.to_connect("t", std::nullopt).value.is_null());
  EXPECT_THROW(c.configure({{"converter.encoding", "UTF-16"}}, false), TandemError);
}

TEST(ByteArrayConverter, PassesBytesOnly) {
  ByteArrayConverter c;
  std::string out;
  EXPECT_TRUE(c.from_connect("t", nullptr, Bytes{"ab"}, out));
  EXPECT_EQ(out, "ab");
  EXPECT_FALSE(c.from_connect("t", primitive(SchemaType::bytes, true), Value(), out));
  EXPECT_THROW(c.from_connect("t", primitive(SchemaType::string), "x", out), TandemError);
  EXPECT_THROW(c.from_connect("t", nullptr, "x", out), TandemError);
  EXPECT_EQ(c.to_connect("t", "ab").value, Value(Bytes{"ab"}));
}

TEST(NumberConverter, BigEndianAndExactInSize) {
  NumberConverter c(SchemaType::int32);
  std::string out;
  EXPECT_TRUE(c.from_connect("t", nullptr, std::int32_t{258}, out));
  EXPECT_EQ(out, std::string("\0\0\1\2", 4));
  EXPECT_EQ(c.to_connect("t", out).value, Value(std::int32_t{258}));
  EXPECT_THROW(c.to_connect("t", "abc"), TandemError);
  EXPECT_THROW(c.from_connect("t", nullptr, "x", out), TandemError);
  for (const double d : {-1.5, 0.0, 1e300}) {
    NumberConverter real(SchemaType::float64);
    std::string bytes;
    real.from_connect("t", nullptr, d, bytes);
    EXPECT_EQ(bytes.size(), 8u);
    EXPECT_EQ(real.to_connect("t", bytes).value, Value(d));
  }
  NumberConverter boolean(SchemaType::boolean);
  EXPECT_EQ(boolean.to_connect("t", std::string_view("\1", 1)).value, Value(true));
  EXPECT_THROW(boolean.to_connect("t", std::string_view("\2", 1)), TandemError);
  EXPECT_THROW(boolean.to_connect("t", ""), TandemError);
}

TEST(BuiltinConverters, AnswerToTheirNames) {
  Registry registry;
  add_builtin_converters(registry);
  for (const char* name : {"org.apache.kafka.connect.json.JsonConverter", "JsonConverter", "StringConverter",
                           "ByteArrayConverter", "LongConverter"}) {
    EXPECT_NE(registry.make_converter(name), nullptr) << name;
    EXPECT_NE(registry.make_header_converter(name), nullptr) << name;
  }
  EXPECT_NE(registry.make_header_converter("org.apache.kafka.connect.storage.SimpleHeaderConverter"),
            nullptr);
  EXPECT_NE(registry.converter_config_def("JsonConverter").find("schemas.enable"), nullptr);
}

}  // namespace
}  // namespace tandem::converters
