#include "tandem/data/schema.hpp"

#include "tandem/base/error.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace tandem {
namespace {

SchemaPtr row(const char* second = "note") {
  return SchemaBuilder::structure()
      .name("p.Value")
      .field("id", primitive(SchemaType::int64))
      .field(second, primitive(SchemaType::string, true))
      .build();
}

TEST(Schema, EqualByContentNotById) {
  const auto a = row(), b = row();
  EXPECT_NE(a->id(), b->id());
  EXPECT_TRUE(same_schema(a, b));
  EXPECT_FALSE(same_schema(a, row("other")));
  EXPECT_FALSE(same_schema(a, nullptr));
  EXPECT_TRUE(same_schema(nullptr, nullptr));
}

TEST(Schema, CopyBuilderGetsAnIdOfItsOwn) {
  const auto a = row();
  const auto b = SchemaBuilder::like(*a).optional().build();
  EXPECT_NE(a->id(), b->id());
  EXPECT_TRUE(b->optional());
  EXPECT_EQ(b->field("note")->index, 1);
  EXPECT_EQ(b->field("nothing"), nullptr);
}

TEST(Schema, TheSameFieldTwiceIsRefused) {
  auto b = SchemaBuilder::structure();
  b.field("a", primitive(SchemaType::int8));
  EXPECT_THROW(b.field("a", primitive(SchemaType::int8)), TandemError);
}

TEST(Struct, FieldsByName) {
  Struct s(row());
  s.put("id", Value(std::int64_t{7}));
  std::int64_t id = 0;
  EXPECT_TRUE(s.at("id").to_int64(id));
  EXPECT_EQ(id, 7);
  EXPECT_TRUE(s.at("note").is_null());
  EXPECT_EQ(s.find("nothing"), nullptr);
  EXPECT_THROW(s.put("nothing", Value()), TandemError);
}

TEST(Value, DeepEquality) {
  EXPECT_EQ(Value(Array{Value(std::int32_t{1}), Value("x")}),
            Value(Array{Value(std::int32_t{1}), Value("x")}));
  EXPECT_FALSE(Value(Array{Value(std::int32_t{1})}) == Value(Array{Value(std::int64_t{1})}));
  EXPECT_FALSE(Value("x") == Value(Bytes{"x"}));
  EXPECT_EQ(Value(std::nan("")), Value(std::nan("")));
}

}  // namespace
}  // namespace tandem
