#include "connectors/postgres/pgoutput/copy_line.hpp"

#include <gtest/gtest.h>

namespace tandem::pgoutput {
namespace {

std::optional<std::vector<std::optional<std::string>>> parse(std::string_view line) {
  std::string scratch;
  Tuple cells;
  if (!parse_copy_line(line, scratch, cells)) {
    return std::nullopt;
  }
  std::vector<std::optional<std::string>> out;
  for (const auto& cell : cells) {
    out.push_back(cell.kind == Cell::Kind::null ? std::nullopt : std::optional(std::string(cell.bytes)));
  }
  return out;
}

using Row = std::vector<std::optional<std::string>>;

TEST(CopyLine, SplitsAtTabs) {
  EXPECT_EQ(parse("1\tab\t\n"), (Row{"1", "ab", ""}));
  EXPECT_EQ(parse("\t\t"), (Row{"", "", ""}));
  EXPECT_EQ(parse("\n"), (Row{""}));
  EXPECT_EQ(parse("x"), (Row{"x"}));
}

TEST(CopyLine, NullIsNotTheTextThatLooksLikeIt) {
  EXPECT_EQ(parse("\\N\t\\\\N\tN\n"), (Row{std::nullopt, "\\N", "N"}));
  EXPECT_EQ(parse("a\t\\N\n"), (Row{"a", std::nullopt}));
}

TEST(CopyLine, UndoesEscapes) {
  EXPECT_EQ(parse("a\\tb\tc\\nd\te\\\\f\t\\r\\b\\f\\v\n"), (Row{"a\tb", "c\nd", "e\\f", "\r\b\f\v"}));
  // Several cells share the memory of what was unescaped.
  EXPECT_EQ(parse("\\\\\t\\\\\\\\\t\\\\\n"), (Row{"\\", "\\\\", "\\"}));
}

TEST(CopyLine, EscapeAtTheEndIsNoRow) {
  EXPECT_EQ(parse("a\\"), std::nullopt);
  EXPECT_EQ(parse("a\\\tb\n"), std::nullopt);
}

}  // namespace
}  // namespace tandem::pgoutput
