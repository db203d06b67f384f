#include "tandem/base/bytes.hpp"

#include <array>

namespace tandem {
namespace {

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<signed char, 256> reverse_base64() {
  std::array<signed char, 256> table{};
  table.fill(-1);
  for (std::size_t i = 0; i < kBase64.size(); ++i) {
    table[static_cast<unsigned char>(kBase64[i])] = static_cast<signed char>(i);
  }
  return table;
}
constexpr auto kReverse = reverse_base64();

}  // namespace

std::string to_hex(BytesView bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (unsigned char c : bytes) {
    out += digits[c >> 4];
    out += digits[c & 15];
  }
  return out;
}

void append_base64(std::string& out, BytesView bytes) {
  const std::size_t start = out.size();
  out.resize(start + (bytes.size() + 2) / 3 * 4);
  char* o = out.data() + start;
  std::size_t i = 0;
  for (; i + 2 < bytes.size(); i += 3) {
    const unsigned v = static_cast<unsigned char>(bytes[i]) << 16 |
                       static_cast<unsigned char>(bytes[i + 1]) << 8 |
                       static_cast<unsigned char>(bytes[i + 2]);
    *o++ = kBase64[v >> 18];
    *o++ = kBase64[(v >> 12) & 63];
    *o++ = kBase64[(v >> 6) & 63];
    *o++ = kBase64[v & 63];
  }
  const std::size_t left = bytes.size() - i;
  if (left == 1) {
    const unsigned v = static_cast<unsigned char>(bytes[i]) << 16;
    *o++ = kBase64[v >> 18];
    *o++ = kBase64[(v >> 12) & 63];
    *o++ = '=';
    *o++ = '=';
  } else if (left == 2) {
    const unsigned v = static_cast<unsigned char>(bytes[i]) << 16 | static_cast<unsigned char>(bytes[i + 1])
                                                                        << 8;
    *o++ = kBase64[v >> 18];
    *o++ = kBase64[(v >> 12) & 63];
    *o++ = kBase64[(v >> 6) & 63];
    *o++ = '=';
  }
}

std::string to_base64(BytesView bytes) {
  std::string out;
  append_base64(out, bytes);
  return out;
}

bool from_base64(std::string_view text, std::string& out) {
  if (text.size() % 4 != 0) {
    return false;
  }
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    const bool last = i + 4 == text.size();
    const int pad = last ? (text[i + 3] == '=' ? (text[i + 2] == '=' ? 2 : 1) : 0) : 0;
    unsigned v = 0;
    for (int k = 0; k < 4; ++k) {
      const int d =
          k >= 4 - pad ? 0 : kReverse[static_cast<unsigned char>(text[i + static_cast<std::size_t>(k)])];
      if (d < 0) {
        return false;
      }
      v = v << 6 | static_cast<unsigned>(d);
    }
    bytes += static_cast<char>(v >> 16);
    if (pad < 2) {
      bytes += static_cast<char>(v >> 8);
    }
    if (pad < 1) {
      bytes += static_cast<char>(v);
    }
  }
  out = std::move(bytes);
  return true;
}

}  // namespace tandem
