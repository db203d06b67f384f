#include "tandem/base/bytes.hpp"

#include <random>

#include <gtest/gtest.h>

namespace tandem {
namespace {

TEST(ByteReader, ReadThatDoesNotFitLeavesTheCursor) {
  const std::string bytes("\x01\x02\x03", 3);
  ByteReader r(bytes);
  std::uint32_t four = 7;
  EXPECT_FALSE(r.read(four));
  EXPECT_EQ(four, 7u);
  EXPECT_EQ(r.remaining(), 3u);
  BytesView text;
  EXPECT_FALSE(r.read_cstring(text));
  EXPECT_FALSE(r.skip(4));
  std::uint64_t three = 0;
  EXPECT_TRUE(r.read_uint(three, 3));
  EXPECT_EQ(three, 0x030201u);
  EXPECT_TRUE(r.empty());
}

TEST(ByteReader, BothByteOrders) {
  const std::string bytes("\x12\x34\x12\x34", 4);
  ByteReader r(bytes);
  std::uint16_t little = 0, big = 0;
  ASSERT_TRUE(r.read(little));
  ASSERT_TRUE(r.read_be(big));
  EXPECT_EQ(little, 0x3412);
  EXPECT_EQ(big, 0x1234);
}

TEST(Base64, KnownVectors) {  // RFC 4648 §10
  EXPECT_EQ(to_base64(""), "");
  EXPECT_EQ(to_base64("f"), "Zg==");
  EXPECT_EQ(to_base64("fo"), "Zm8=");
  EXPECT_EQ(to_base64("foo"), "Zm9v");
  EXPECT_EQ(to_base64("foobar"), "Zm9vYmFy");
}

TEST(Base64, RoundTripOfRandomBytes) {
  std::mt19937 random(1);
  for (int n = 0; n < 300; ++n) {
    std::string bytes(static_cast<std::size_t>(n), 0);
    for (auto& c : bytes) {
      c = static_cast<char>(random());
    }
    std::string back;
    ASSERT_TRUE(from_base64(to_base64(bytes), back));
    ASSERT_EQ(back, bytes);
  }
}

TEST(Base64, RefusesWhatIsNone) {
  std::string out = "kept";
  EXPECT_FALSE(from_base64("abc", out));
  EXPECT_FALSE(from_base64("ab!=", out));
  EXPECT_FALSE(from_base64("=abc", out));
  EXPECT_FALSE(from_base64("ab==ab==", out));
  EXPECT_EQ(out, "kept");
}

TEST(Hex, Lower) { EXPECT_EQ(to_hex(std::string("\x00\xff\x1a", 3)), "00ff1a"); }

}  // namespace
}  // namespace tandem
