#include "connectors/sync/log_position.hpp"

#include <array>
#include <charconv>

#include <fmt/format.h>

namespace tandem::sync {
namespace {

constexpr std::size_t kMostNumbers = 5;
// "s:m:" and five numbers of up to 20 digits with four colons between them.
constexpr std::size_t kLongestText = 4 + 20 * kMostNumbers + (kMostNumbers - 1);

/// Colon-separated numbers; how many there are, 0 when the text is something else.
std::size_t take_numbers(std::string_view text, std::array<std::uint64_t, kMostNumbers>& out) {
  for (std::size_t n = 0; n < out.size(); ++n) {
    const char* end = text.data() + text.size();
    const auto [at, ec] = std::from_chars(text.data(), end, out[n]);
    if (ec != std::errc()) {
      return 0;
    }
    if (at == end) {
      return n + 1;
    }
    if (*at != ':') {
      return 0;
    }
    text.remove_prefix(static_cast<std::size_t>(at - text.data()) + 1);
  }
  return 0;
}

}  // namespace

std::uint64_t fingerprint(std::string_view text) noexcept {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  }
  return hash == 0 ? 1 : hash;
}

Result<LogPosition> LogPosition::parse(std::string_view text) {
  const std::string_view whole = text;
  LogPosition p;
  if (text.starts_with("s:")) {
    p.snapshot = true;
    text.remove_prefix(2);
  }
  const bool mysql = text.starts_with("m:"), known = mysql || text.starts_with("p:");
  std::array<std::uint64_t, kMostNumbers> n{};
  const std::size_t count = known ? take_numbers(text.substr(2), n) : 0;
  const std::size_t places = mysql ? 3 : 2;
  if (count != places && count != places + 2) {
    return Error(ErrorKind::data,
                 fmt::format("'{}' is no log position (expected m:server:made:file:position:ordinal or "
                             "p:system:timeline:lsn:ordinal)",
                             whole));
  }
  p.log = mysql ? Log::mysql : Log::postgres;
  const std::uint64_t* at = n.data();
  if (count != places) {
    p.identity = {at[0], at[1]};
    at += 2;
  }
  if (mysql) {
    p.file = *at++;
  }
  p.place = at[0];
  p.ordinal = at[1];
  return p;
}

std::string LogPosition::text() const {
  std::array<char, kLongestText> buffer;
  char* end = buffer.data();
  if (snapshot) {
    end = fmt::format_to(end, "s:");
  }
  end = fmt::format_to(end, "{}:", log == Log::mysql ? 'm' : 'p');
  if (identity != LogIdentity{}) {
    end = fmt::format_to(end, "{}:{}:", identity.server, identity.numbering);
  }
  if (log == Log::mysql) {
    end = fmt::format_to(end, "{}:", file);
  }
  end = fmt::format_to(end, "{}:{}", place, ordinal);
  return {buffer.data(), end};
}

std::optional<std::strong_ordering> compare(const LogPosition& a, const LogPosition& b) noexcept {
  if (a.log != b.log || a.snapshot || b.snapshot || a.identity.server != b.identity.server) {
    return std::nullopt;
  }
  // File numbers and the moments they were made must say the same; on PostgreSQL there is one file, and one
  // timeline to compare in.
  const auto order = a.file <=> b.file;
  if (order != (a.identity.numbering <=> b.identity.numbering)) {
    return std::nullopt;
  }
  if (order != 0) {
    return order;
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
