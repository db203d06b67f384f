#include "tandem/config/java_regex.hpp"

#include "tandem/base/error.hpp"

#include <gtest/gtest.h>

namespace tandem {
namespace {

TEST(JavaRegex, MatchesIsTheWholeTextAndFindIsAnywhere) {
  const JavaRegex r("inventory\\.(orders|customers)");
  EXPECT_TRUE(r.matches("inventory.orders"));
  EXPECT_FALSE(r.matches("inventory.orders2"));
  EXPECT_FALSE(r.matches("my.inventory.orders"));
  EXPECT_TRUE(r.find("my.inventory.orders2"));
  EXPECT_TRUE(JavaRegex("a|ab").matches("ab"));
  EXPECT_TRUE(JavaRegex("a|").matches(""));
}

TEST(JavaRegex, SyntaxOfJava) {
  EXPECT_TRUE(JavaRegex("\\Qa.b\\E.*").matches("a.bc"));
  EXPECT_FALSE(JavaRegex("\\Qa.b\\E").matches("axb"));
  EXPECT_TRUE(JavaRegex("(?i)ORDERS").matches("orders"));
  EXPECT_TRUE(JavaRegex("ORDERS", true).matches("orders"));
  EXPECT_FALSE(JavaRegex("ORDERS").matches("orders"));
  EXPECT_TRUE(JavaRegex("(?!sys)[a-z]++").matches("shop"));
  EXPECT_FALSE(JavaRegex("(?!sys)[a-z]++").matches("system"));
  EXPECT_FALSE(JavaRegex(".").matches("\n"));
  EXPECT_TRUE(JavaRegex("(?s).").matches("\n"));
  EXPECT_TRUE(JavaRegex("(\\w+)-\\1").matches("ab-ab"));
}

TEST(JavaRegex, WorksOnCharactersNotBytes) {
  EXPECT_TRUE(JavaRegex("...").matches("äöü"));
  EXPECT_TRUE(JavaRegex("[ä-ü]+").matches("äöü"));
  EXPECT_TRUE(JavaRegex(".").matches("😀"));
  EXPECT_EQ(JavaRegex("ö").replace_first("äöü", "o"), "äoü");
}

TEST(JavaRegex, Replacements) {
  EXPECT_EQ(JavaRegex("(.*)\\.(.*)").replace_first("shop.orders", "$2_$1"), "orders_shop");
  EXPECT_EQ(JavaRegex("(?<db>\\w+)\\.(?<table>\\w+)").replace_first("shop.orders", "${table}-${db}"),
            "orders-shop");
  EXPECT_EQ(JavaRegex("(a)").replace_first("aa", "$10\\$\\\\"), "a0$\\a");
  EXPECT_EQ(JavaRegex("a").replace_all("banana", "o"), "bonono");
  EXPECT_EQ(JavaRegex("x").replace_first("abc", "$9"), "abc");
  EXPECT_EQ(JavaRegex("(a)|(b)").replace_first("b", "[$1]"), "[]");
  EXPECT_EQ(JavaRegex("(.*)").replace_if_matches("t", "p-$1"), "p-t");
  EXPECT_EQ(JavaRegex("a").replace_if_matches("ab", "x"), std::nullopt);
}

TEST(JavaRegex, RefusesWhatItWouldMisread) {
  const auto error = [](std::string_view pattern) -> std::string {
    try {
      JavaRegex made(pattern);
    } catch (const TandemError& e) {
      EXPECT_EQ(e.kind(), ErrorKind::config);
      return e.what();
    }
    return "";
  };
  for (const char* bad : {"(", "a**", "[a-z&&[^b]]", "[a[b]]", "\\p{IsLatin}", "[", "(?<n>a"}) {
    EXPECT_NE(error(bad).find(bad), std::string::npos) << bad;
  }
  EXPECT_EQ(error("[\\[\\]&]+\\[[^\\]]"), "");
  EXPECT_THROW(JavaRegex("a").replace_first("a", "$1"), TandemError);
  EXPECT_THROW(JavaRegex("a").replace_first("a", "${x}"), TandemError);
  EXPECT_THROW(JavaRegex("a").replace_first("a", "$"), TandemError);
  EXPECT_THROW(JavaRegex("a").replace_first("a", "\\"), TandemError);
}

TEST(JavaRegex, DoesNotRunForEver) {
  const JavaRegex r("(x+x+)+y");
  EXPECT_THROW(r.matches(std::string(60, 'x')), TandemError);
}

}  // namespace
}  // namespace tandem
