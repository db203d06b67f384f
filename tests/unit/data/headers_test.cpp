#include "tandem/data/record.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace tandem {
namespace {

TEST(Headers, SharedOnesComeFirstAndStayAsTheyAre) {
  const auto shared =
      std::make_shared<const Headers::List>(Headers::List{{"a", nullptr, "1"}, {"b", nullptr, "2"}});
  Headers first(shared), second(shared);
  first.push_back({"a", nullptr, "3"});
  ASSERT_EQ(first.size(), 3u);
  EXPECT_EQ(first[0].key, "a");
  EXPECT_EQ(first[1].key, "b");
  EXPECT_EQ(first[2].value, Value("3"));
  EXPECT_EQ(second.size(), 2u);
  EXPECT_EQ(shared->size(), 2u);
}

TEST(Headers, AreGoneThroughInOrder) {
  Headers headers(std::make_shared<const Headers::List>(Headers::List{{"a", nullptr, "1"}}));
  headers.push_back({"b", nullptr, "2"});
  std::string keys;
  for (const Header& header : headers) {
    keys += header.key;
  }
  EXPECT_EQ(keys, "ab");
  EXPECT_EQ(std::ranges::find(headers, "b", &Header::key)->value, Value("2"));
  EXPECT_TRUE(std::ranges::find(headers, "c", &Header::key) == headers.end());
  const Headers none;
  EXPECT_TRUE(none.begin() == none.end());
}

TEST(Headers, FindsTheLastOfAName) {
  Headers headers(std::make_shared<const Headers::List>(
      Headers::List{{"a", nullptr, "1"}, {"b", nullptr, "2"}, {"b", nullptr, "3"}}));
  headers.push_back({"a", nullptr, "4"});
  EXPECT_EQ(headers.find("a")->value, Value("4"));
  EXPECT_EQ(headers.find("b")->value, Value("3"));
  EXPECT_EQ(headers.find("c"), nullptr);
}

TEST(Headers, NoneIsEmpty) {
  Headers headers;
  EXPECT_TRUE(headers.empty());
  EXPECT_EQ(headers.find("a"), nullptr);
  const std::vector<Header> more{{"a", nullptr, "1"}, {"b", nullptr, "2"}};
  headers.append(more.begin(), more.end());
  EXPECT_EQ(headers.size(), 2u);
  EXPECT_EQ(headers[1].key, "b");
}

}  // namespace
}  // namespace tandem
