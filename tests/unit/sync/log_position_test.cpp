#include "connectors/sync/log_position.hpp"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

namespace tandem::sync {
namespace {

LogPosition at(std::string_view text) { return value_or_throw(LogPosition::parse(text)); }

TEST(LogPosition, TextGoesThereAndBack) {
  for (const char* text : {"m:3:154:0", "p:27303456:12", "s:m:1:4:0", "s:p:18446744073709551615:7",
                           "m:9:1700000000:3:154:0", "p:7576153012345678901:1:27303456:12",
                           "s:m:18446744073709551615:18446744073709551615:18446744073709551615:"
                           "18446744073709551615:18446744073709551615"}) {
    EXPECT_EQ(at(text).text(), text);
  }
  EXPECT_EQ(LogPosition::mysql({11, 12}, 7, 4, 2).text(), "m:11:12:7:4:2");
  EXPECT_EQ(LogPosition::postgres({11, 12}, 99, 1).as_snapshot().text(), "s:p:11:12:99:1");
}

TEST(LogPosition, OtherTextIsRefused) {
  for (const char* text :
       {"", "m:", "m:1:2", "m:1:2:3:4", "m:1:2:3:4:5:6", "m:1:2:3:", "p:1", "p:1:2:3", "p:1:2:3:4:5", "x:1:2",
        "m:a:1:2", "m:-1:2:3", "p:1:2 ", "s:", "s:s:p:1:2", "p:18446744073709551616:0"}) {
    EXPECT_FALSE(LogPosition::parse(text).has_value()) << text;
  }
}

TEST(LogPosition, OrderIsByNumbersNotText) {
  std::vector<LogPosition> order = {at("m:1:90:2:4:0"),    at("m:1:100:10:4:0"),   at("m:1:100:10:4:9"),
                                    at("m:1:100:10:4:10"), at("m:1:100:10:120:0"), at("m:1:101:11:4:0")};
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (std::size_t j = 0; j < order.size(); ++j) {
      EXPECT_EQ(compare(order[i], order[j]), i <=> j);
      EXPECT_EQ(is_repeat(order[i], order[j]), i <= j);
    }
  }
}

TEST(LogPosition, DifferentLogsAndSnapshotsAreNeverCompared) {
  EXPECT_EQ(compare(at("m:1:2:3"), at("p:1:2")), std::nullopt);
  EXPECT_FALSE(is_repeat(at("s:m:1:2:3"), at("m:9:9:9")));
  EXPECT_FALSE(is_repeat(at("m:1:2:3"), at("s:m:9:9:9")));
}

TEST(LogPosition, AnotherServerOrNumberingIsNeverARepeat) {
  const LogPosition applied = at("m:1:1000:12:500:0");
  EXPECT_FALSE(is_repeat(at("m:2:900:11:4:0"), applied)) << "another server";
  EXPECT_FALSE(is_repeat(at("m:1:2000:1:4:0"), applied)) << "RESET MASTER: a low number, made later";
  EXPECT_FALSE(is_repeat(at("m:1:1000:1:4:0"), applied))
      << "RESET MASTER in the second in which file 12 was made";
  EXPECT_FALSE(is_repeat(at("m:1:2000:12:4:0"), applied)) << "RESET MASTER, and file 12 came round again";
  EXPECT_FALSE(is_repeat(at("m:12:4:0"), applied)) << "a text without identity";
  EXPECT_TRUE(is_repeat(at("m:1:999:11:700:0"), applied)) << "the file before";
  const LogPosition lsn = at("p:5:1:1000:0");
  EXPECT_FALSE(is_repeat(at("p:6:1:900:0"), lsn)) << "pg_upgrade: another system identifier";
  EXPECT_FALSE(is_repeat(at("p:5:2:900:0"), lsn)) << "restored to an earlier point: another timeline";
  EXPECT_TRUE(is_repeat(at("p:5:1:900:0"), lsn));
}

TEST(LogPosition, FingerprintsDiffer) {
  EXPECT_NE(fingerprint("3e11fa47-71ca-11e1-9e33-c80aa9429562"),
            fingerprint("3e11fa47-71ca-11e1-9e33-c80aa9429563"));
  EXPECT_NE(fingerprint(""), 0U);
}

}  // namespace
}  // namespace tandem::sync
