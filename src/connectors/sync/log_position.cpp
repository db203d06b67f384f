#include "connectors/sync/log_position.hpp"

#include <fmt/format.h>

#include <charconv>
#include <iterator>

namespace tandem::sync {
namespace {

bool take_number(std::string_view& text, std::uint64_t& out, bool last) {
  const char* end = text.data() + text.size();
  const auto [at, ec] = std::from_chars(text.data(), end, out);
  if (ec != std::errc() || (last ? at != end : at == end || *at != ':')) {
    return false;
  }
  text.remove_prefix(static_cast<std::size_t>(at - text.data()) + (last ? 0 : 1));
  return true;
}

}  // namespace

Result<LogPosition> LogPosition::parse(std::string_view text) {
  const std::string_view whole = text;
  LogPosition p;
  if (text.starts_with("s:")) {
    p.snapshot = true;
    text.remove_prefix(2);
  }
  bool good = false;
  if (text.starts_with("m:")) {
    text.remove_prefix(2);
    good = take_number(text, p.file, false) && take_number(text, p.place, false) && take_number(text, p.ordinal, true);
  } else if (text.starts_with("p:")) {
    p.log = Log::postgres;
    text.remove_prefix(2);
    good = take_number(text, p.place, false) && take_number(text, p.ordinal, true);
  }
  if (!good) {
    return Error(ErrorKind::data, fmt::format("'{}' is no log position (expected m:file:position:ordinal or p:lsn:ordinal)",
                                              whole));
  }
  return p;
}

void LogPosition::append_to(std::string& out) const {
  auto to = std::back_inserter(out);
  if (snapshot) {
    out += "s:";
  }
  if (log == Log::mysql) {
    fmt::format_to(to, "m:{}:{}:{}", file, place, ordinal);
  } else {
    fmt::format_to(to, "p:{}:{}", place, ordinal);
  }
}

std::string LogPosition::text() const {
  std::string out;
  append_to(out);
  return out;
}

std::optional<std::strong_ordering> compare(const LogPosition& a, const LogPosition& b) noexcept {
  if (a.log != b.log || a.snapshot || b.snapshot) {
    return std::nullopt;
  }
  if (const auto c = a.file <=> b.file; c != 0) {
    return c;
  }
  if (const auto c = a.place <=> b.place; c != 0) {
    return c;
  }
  return a.ordinal <=> b.ordinal;
}

bool is_repeat(const LogPosition& record, const LogPosition& applied) noexcept {
  const auto order = compare(record, applied);
  return order && *order <= 0;
}

}  // namespace tandem::sync
