#include "storage/offset_store.hpp"

#include "storage/json_maps.hpp"
#include "tests/unit/storage/store_fixture.hpp"

namespace tandem::storage {
namespace {

using testing::MemoryTopics;

const OffsetMap kServer{{"server", "dbserver1"}};

TEST(OffsetStoreTest, WritesKeysAndValuesToTheByte) {
  MemoryTopics topics;
  OffsetStore store(topics, spec("offset", 25));
  store.start(kLimit, {});
  Waiter w;
  store.set("inventory",
            {{kServer, OffsetMap{{"transaction_id", {}},
                                 {"ts_sec", std::int64_t{1700000000}},
                                 {"file", "mysql-bin.000003"},
                                 {"pos", std::int64_t{154}},
                                 {"snapshot", true}}}},
            w.done());
  ASSERT_FALSE(w.get());
  EXPECT_EQ(
      lines(topics, "connect-offset"),
      (std::vector<std::string>{
          R"(["inventory",{"server":"dbserver1"}]={"transaction_id":null,"ts_sec":1700000000,"file":"mysql-bin.000003","pos":154,"snapshot":true})"}));
}

TEST(OffsetStoreTest, ADeletedOffsetIsATombstoneAndGone) {
  MemoryTopics topics;
  OffsetStore store(topics, spec("offset", 25));
  store.start(kLimit, {});
  Waiter a, b;
  store.set("c", {{kServer, OffsetMap{{"pos", std::int64_t{1}}}}}, a.done());
  a.get();
  store.set("c", {{kServer, std::nullopt}}, b.done());
  b.get();
  store.read_to_end(kLimit);
  EXPECT_FALSE(store.get("c", kServer));
  EXPECT_TRUE(store.list("c").empty());
  EXPECT_EQ(topics.values("connect-offset").back(), "null");
}

TEST(OffsetStoreTest, FindsAKeyThatJavaWroteInAnotherOrderAndKeepsItsBytes) {
  MemoryTopics topics;
  topics.put("connect-offset", R"(["jdbc",{"table":"t","protocol":"1"}])", R"({"incrementing":7})");
  OffsetStore store(topics, spec("offset", 25));
  store.start(kLimit, {});
  const OffsetMap partition{{"protocol", "1"}, {"table", "t"}};
  const auto offset = store.get("jdbc", partition);
  ASSERT_TRUE(offset);
  EXPECT_EQ((*offset)[0].second, Value(std::int64_t{7}));
  EXPECT_EQ(store.key_bytes("jdbc", partition), R"(["jdbc",{"table":"t","protocol":"1"}])");
}

TEST(OffsetStoreTest, MalformedKeysAreIgnored) {
  MemoryTopics topics;
  topics.put("connect-offset", "not json", "{}");
  topics.put("connect-offset", R"(["only"])", "{}");
  topics.put("connect-offset", R"(["c",{"nested":{"a":1}}])", "{}");
  topics.put("connect-offset", R"(["c",{"server":"x"}])", R"({"lsn":5})");
  OffsetStore store(topics, spec("offset", 25));
  store.start(kLimit, {});
  EXPECT_EQ(store.list("c").size(), 1u);
}

TEST(OffsetStoreTest, ConnectorsDoNotSeeEachOther) {
  MemoryTopics topics;
  OffsetStore store(topics, spec("offset", 25));
  store.start(kLimit, {});
  Waiter a;
  store.set("one", {{kServer, OffsetMap{{"pos", std::int64_t{1}}}}}, a.done());
  a.get();
  store.read_to_end(kLimit);
  EXPECT_FALSE(store.get("two", kServer));
  EXPECT_TRUE(store.get("one", kServer));
}

TEST(JsonMapsTest, TextIsEscapedAsJacksonDoes) {
  std::string out;
  append_json_string(out, std::string_view("a\"\\/\b\t\n\f\r\x01\x1f\x7fé", 14));
  EXPECT_EQ(out, "\"a\\\"\\\\/\\b\\t\\n\\f\\r\\u0001\\u001F\x7f\xC3\xA9\"");
}

}  // namespace
}  // namespace tandem::storage
