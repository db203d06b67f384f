#include "tandem/json/number_text.hpp"

#include "tests/golden/json/lines.hpp"

#include <bit>

namespace tandem::json {
namespace {

TEST(NumberText, DoublesReadAsJavaWritesThem) {
  const auto lines = test::vectors("doubles.tsv");
  ASSERT_GT(lines.size(), 1000u);
  for (const auto& line : lines) {
    std::string out;
    append_double(out, std::bit_cast<double>(std::stoull(line[0], nullptr, 16)));
    EXPECT_EQ(out, line[1]) << line[0];
  }
}

TEST(NumberText, FloatsReadAsJavaWritesThem) {
  const auto lines = test::vectors("floats.tsv");
  ASSERT_GT(lines.size(), 1000u);
  for (const auto& line : lines) {
    std::string out;
    append_float(out, std::bit_cast<float>(static_cast<std::uint32_t>(std::stoul(line[0], nullptr, 16))));
    EXPECT_EQ(out, line[1]) << line[0];
  }
}

}  // namespace
}  // namespace tandem::json
