#include "connectors/mysql/binlog/gtid.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

namespace tandem::binlog {
namespace {

std::string_view trim(std::string_view s) noexcept {
  constexpr std::string_view kSpace = " \t\r\n";
  const auto first = s.find_first_not_of(kSpace);
  return first == std::string_view::npos ? std::string_view()
                                         : s.substr(first, s.find_last_not_of(kSpace) - first + 1);
}

/// Cuts the part before `separator` off `text`.
std::string_view take(std::string_view& text, char separator) noexcept {
  const auto at = text.find(separator);
  const std::string_view part = text.substr(0, at);
  text = at == std::string_view::npos ? std::string_view() : text.substr(at + 1);
  return trim(part);
}

template <class T>
bool number(std::string_view text, T& out) noexcept {
  const auto [p, ec] = std::from_chars(text.data(), text.data() + text.size(), out);
  return ec == std::errc{} && p == text.data() + text.size() && !text.empty();
}

bool is_tag(std::string_view text) noexcept {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !text.empty() && text.size() <= 32 && letter(text[0]) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

Error bad(std::string_view kind, std::string_view part) {
  return Error(ErrorKind::data, fmt::format("\"{}\" is not part of a {} set", part, kind));
}

bool parse_interval(std::string_view text, GtidSet::Interval& out) noexcept {
  const auto dash = text.find('-');
  if (!number(trim(text.substr(0, dash)), out.first)) {
    return false;
  }
  out.last = out.first;
  if (dash != std::string_view::npos && !number(trim(text.substr(dash + 1)), out.last)) {
    return false;
  }
  return out.first >= 1 && out.last >= out.first && out.last < INT64_MAX;
}

}  // namespace

Result<GtidSet> GtidSet::parse(std::string_view text) {
  GtidSet set;
  while (!text.empty()) {
    std::string_view part = take(text, ',');
    if (part.empty()) {
      continue;  // MySQL takes empty parts, too
    }
    Source source;
    const std::string_view uuid = take(part, ':');
    if (!parse_uuid(uuid, source.uuid)) {
      return bad("GTID", uuid);
    }
    while (!part.empty()) {
      const std::string_view piece = take(part, ':');
      Interval interval;
      if (parse_interval(piece, interval)) {
        set.add(source, interval);
      } else if (is_tag(piece)) {
        source.tag = piece;
        std::transform(source.tag.begin(), source.tag.end(), source.tag.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
      } else {
        return bad("GTID", piece);
      }
    }
  }
  return set;
}

Result<MariaDbGtidList> MariaDbGtidList::parse(std::string_view text) {
  MariaDbGtidList list;
  while (!text.empty()) {
    const std::string_view whole = take(text, ',');
    std::string_view part = whole;
    if (part.empty()) {
      continue;
    }
    MariaDbGtid one;
    if (!number(take(part, '-'), one.domain) || !number(take(part, '-'), one.server_id) ||
        !number(trim(part), one.sequence)) {
      return bad("MariaDB GTID", whole);
    }
    list.add(one);
  }
  return list;
}

void MariaDbGtidList::advance(const MariaDbGtid& one) {
  for (auto it = entries_.begin(); it != entries_.end(); ++it) {
    if (it->domain == one.domain) {
      *it = one;
      entries_.erase(
          std::remove_if(it + 1, entries_.end(), [&](const auto& e) { return e.domain == one.domain; }),
          entries_.end());
      return;
    }
  }
  add(one);
}

void MariaDbGtidList::add(const MariaDbGtid& one) {
  const auto at = std::find_if(entries_.begin(), entries_.end(), [&](const auto& e) {
    return std::pair(e.domain, e.server_id) >= std::pair(one.domain, one.server_id);
  });
  if (at != entries_.end() && at->domain == one.domain && at->server_id == one.server_id) {
    *at = one;
  } else {
    entries_.insert(at, one);
  }
}

bool MariaDbGtidList::contains(const MariaDbGtid& one) const noexcept {
  return std::any_of(entries_.begin(), entries_.end(),
                     [&](const auto& e) { return e.domain == one.domain && e.sequence >= one.sequence; });
}

std::string MariaDbGtidList::to_string() const {
  std::string out;
  for (const auto& e : entries_) {
    if (!out.empty()) {
      out += ',';
    }
    out += e.to_string();
  }
  return out;
}

}  // namespace tandem::binlog
