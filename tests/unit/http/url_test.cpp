#include "http/url.hpp"

#include <gtest/gtest.h>

namespace tandem::http {
namespace {

TEST(Url, DecodesEscapesAndRefusesBrokenOnes) {
  EXPECT_EQ(percent_decode("a%20b%2Fc%C3%BE"), "a b/c\xC3\xBE");
  EXPECT_EQ(percent_decode("a+b"), "a+b");
  EXPECT_EQ(percent_decode("a+b", true), "a b");
  EXPECT_FALSE(percent_decode("a%zz"));
  EXPECT_FALSE(percent_decode("a%2"));
}

TEST(Url, EncodingComesBack) {
  const std::string odd = "ta/b&c=d//\\rx=1\xC3\xBE.1>< '\"%";
  EXPECT_EQ(percent_decode(percent_encode(odd)), odd);
  EXPECT_EQ(percent_encode("a b/c"), "a%20b%2Fc");
}

TEST(Url, TargetSplitsBeforeItDecodes) {
  const auto t = parse_target("/connectors/a%2Fb%3Fc/status/?expand=info&expand=status&x=a%26b+c&flag");
  ASSERT_TRUE(t);
  EXPECT_EQ(t->segments, (std::vector<std::string>{"connectors", "a/b?c", "status"}));
  ASSERT_EQ(t->query.size(), 4u);
  EXPECT_EQ(t->query[1], (std::pair<std::string, std::string>{"expand", "status"}));
  EXPECT_EQ(t->query[2].second, "a&b c");
  EXPECT_EQ(t->query[3], (std::pair<std::string, std::string>{"flag", ""}));
}

TEST(Url, OddTargets) {
  EXPECT_TRUE(parse_target("/")->segments.empty());
  EXPECT_EQ(parse_target("http://h:1/a?b=c")->segments, (std::vector<std::string>{"a"}));
  EXPECT_EQ(parse_target("/a//b")->segments, (std::vector<std::string>{"a", "", "b"}));
  EXPECT_FALSE(parse_target("*"));
  EXPECT_FALSE(parse_target(""));
  EXPECT_FALSE(parse_target("/a%g0"));
}

}  // namespace
}  // namespace tandem::http
