#include "tandem/config/config.hpp"

#include <gtest/gtest.h>

namespace tandem {
namespace {

TEST(Properties, JavasRules) {
  const auto p = parse_properties(
      "# comment\n! another \\\n"
      "a=1\n  b : two words \nc three\nlong=one,\\\n   two,\\\r\n\tthree\n"
      "tab\\=key=\\u00e9\\u20AC \\t.\nempty=\nalone\nlast\\:=x\\\\\npair=\\ud83d\\ude00\na=again");
  EXPECT_EQ(p.at("a"), "again");
  EXPECT_EQ(p.at("b"), "two words ");
  EXPECT_EQ(p.at("c"), "three");
  EXPECT_EQ(p.at("long"), "one,two,three");
  EXPECT_EQ(p.at("tab=key"), "é€ \t.");
  EXPECT_EQ(p.at("empty"), "");
  EXPECT_EQ(p.at("alone"), "");
  EXPECT_EQ(p.at("last:"), "x\\");
  EXPECT_EQ(p.at("pair"), "😀");
  EXPECT_EQ(p.size(), 9u);
}

TEST(Properties, OddEndsAreNotFatal) {
  EXPECT_EQ(parse_properties("a=\\").at("a"), "");
  EXPECT_EQ(parse_properties("a\\").size(), 1u);
  EXPECT_EQ(parse_properties("k=\\u12").at("k"), "u12");
  EXPECT_TRUE(parse_properties("\n\r\n \t\n").empty());
}

}  // namespace
}  // namespace tandem
