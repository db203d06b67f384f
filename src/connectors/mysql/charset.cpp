#include "connectors/mysql/charset.hpp"

#include <array>
#include <map>
#include <memory>
#include <set>

#include <iconv.h>

namespace tandem::mysql {
namespace {

void append_utf8(std::string& out, unsigned cp) {
  if (cp < 0x80) {
    out += static_cast<char>(cp);
  } else if (cp < 0x800) {
    out += static_cast<char>(0xC0 | cp >> 6);
    out += static_cast<char>(0x80 | (cp & 0x3F));
  } else {
    out += static_cast<char>(0xE0 | cp >> 12);
    out += static_cast<char>(0x80 | (cp >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (cp & 0x3F));
  }
}

/// MySQL's latin1 is Windows-1252; the five places without a character are the C1 controls of the same
/// number.
void decode_latin1(BytesView text, std::string& out) {
  static constexpr std::array<std::uint16_t, 32> kHigh{
      0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
      0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
      0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};
  out.reserve(out.size() + text.size());
  for (const char c : text) {
    const auto b = static_cast<unsigned char>(c);
    append_utf8(out, b >= 0x80 && b < 0xA0 ? kHigh[b - 0x80] : b);
  }
}

struct Converter {
  iconv_t handle;
  explicit Converter(const char* from) : handle(iconv_open("UTF-8", from)) {}
  ~Converter() {
    if (usable()) {
      iconv_close(handle);
    }
  }
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;
  bool usable() const { return handle != reinterpret_cast<iconv_t>(-1); }
};

void decode_with(Converter& converter, BytesView text, std::string& out) {
  iconv(converter.handle, nullptr, nullptr, nullptr, nullptr);
  char* in = const_cast<char*>(text.data());
  std::size_t left = text.size();
  std::array<char, 512> buffer;
  while (left > 0) {
    char* to = buffer.data();
    std::size_t room = buffer.size();
    const auto done = iconv(converter.handle, &in, &left, &to, &room);
    out.append(buffer.data(), buffer.size() - room);
    if (done == static_cast<std::size_t>(-1) && errno != E2BIG && left > 0) {
      append_utf8(out, 0xFFFD);
      ++in;
      --left;
    }
  }
}

}  // namespace

TextDecoder decoder_of(const std::string& charset) {
  static const std::map<std::string, const char*> names{
      {"latin2", "ISO-8859-2"}, {"latin5", "ISO-8859-9"},  {"latin7", "ISO-8859-13"},
      {"greek", "ISO-8859-7"},  {"hebrew", "ISO-8859-8"},  {"cp1250", "CP1250"},
      {"cp1251", "CP1251"},     {"cp1256", "CP1256"},      {"cp1257", "CP1257"},
      {"cp850", "CP850"},       {"cp852", "CP852"},        {"cp866", "CP866"},
      {"koi8r", "KOI8-R"},      {"koi8u", "KOI8-U"},       {"sjis", "SHIFT_JIS"},
      {"cp932", "CP932"},       {"ujis", "EUC-JP"},        {"eucjpms", "EUC-JP-MS"},
      {"euckr", "CP949"},       {"gb2312", "GB2312"},      {"gbk", "GBK"},
      {"gb18030", "GB18030"},   {"big5", "BIG5"},          {"tis620", "TIS-620"},
      {"ucs2", "UCS-2BE"},      {"utf16", "UTF-16BE"},     {"utf16le", "UTF-16LE"},
      {"utf32", "UTF-32BE"},    {"macroman", "MACINTOSH"}, {"macce", "MAC-CENTRALEUROPE"},
      {"keybcs2", "CP852"}};
  // Those that Java has no charset for are read as Windows-1252 by Connector/J's table, and so by Debezium.
  static const std::set<std::string> as_latin1{"latin1", "swe7", "hp8", "dec8", "armscii8", "geostd8"};
  if (as_latin1.contains(charset)) {
    return decode_latin1;
  }
  const auto it = names.find(charset);
  if (it == names.end()) {
    return {};
  }
  auto converter = std::make_shared<Converter>(it->second);
  if (!converter->usable()) {
    return {};
  }
  return [converter](BytesView text, std::string& out) { decode_with(*converter, text, out); };
}

}  // namespace tandem::mysql
