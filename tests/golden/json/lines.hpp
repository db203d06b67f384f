#pragma once
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace tandem::test {

/// The tab-separated lines of a vector file that stands beside the tests.
inline std::vector<std::vector<std::string>> vectors(const std::string& file) {
  std::ifstream in(std::string(TANDEM_GOLDEN_DIR) + "/" + file);
  EXPECT_TRUE(in) << file << " is missing";
  std::vector<std::vector<std::string>> lines;
  for (std::string line; std::getline(in, line);) {
    std::vector<std::string> columns{""};
    for (const char c : line) {
      if (c == '\t') {
        columns.emplace_back();
      } else {
        columns.back() += c;
      }
    }
    lines.push_back(std::move(columns));
  }
  return lines;
}

}  // namespace tandem::test
