#include "connectors/mysql/binlog/gtid.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tandem::binlog {
namespace {

int hex_digit(char c) noexcept {
  return c >= '0' && c <= '9'   ? c - '0'
         : c >= 'a' && c <= 'f' ? c - 'a' + 10
         : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                : -1;
}

/// Puts `add` into sorted, disjoint, joined intervals.
void insert(GtidSet::Intervals& into, GtidSet::Interval add) {
  // Transactions come in order, so the end of the list is where nearly all of them go.
  if (!into.empty() && add.first == into.back().last + 1) {
    into.back().last = add.last;
    return;
  }
  auto at =
      std::lower_bound(into.begin(), into.end(), add.first,
                       [](const GtidSet::Interval& i, std::int64_t first) { return i.last < first - 1; });
  auto end = at;
  while (end != into.end() && end->first - 1 <= add.last) {
    add.first = std::min(add.first, end->first);
    add.last = std::max(add.last, end->last);
    ++end;
  }
  if (at == end) {
    into.insert(at, add);
  } else {
    *at = add;
    into.erase(at + 1, end);
  }
}

GtidSet::Intervals minus(const GtidSet::Intervals& from, const GtidSet::Intervals& what) {
  GtidSet::Intervals out;
  auto w = what.begin();
  for (GtidSet::Interval i : from) {
    while (w != what.end() && w->last < i.first) {
      ++w;
    }
    for (auto cut = w; cut != what.end() && cut->first <= i.last; ++cut) {
      if (cut->first > i.first) {
        out.push_back({i.first, cut->first - 1});
      }
      i.first = cut->last + 1;
    }
    if (i.first <= i.last) {
      out.push_back(i);
    }
  }
  return out;
}

}  // namespace

void append_uuid(std::string& out, const Uuid& uuid) {
  static constexpr char kDigits[] = "0123456789abcdef";
  for (std::size_t i = 0; i < uuid.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) {
      out += '-';
    }
    out += kDigits[uuid[i] >> 4];
    out += kDigits[uuid[i] & 15];
  }
}

bool parse_uuid(std::string_view text, Uuid& out) noexcept {
  if (text.size() == 38 && text.front() == '{' && text.back() == '}') {
    text = text.substr(1, 36);
  }
  const bool hyphens = text.size() == 36;
  if (!hyphens && text.size() != 32) {
    return false;
  }
  Uuid result{};
  std::size_t at = 0;
  for (std::size_t i = 0; i < result.size(); ++i) {
    if (hyphens && (i == 4 || i == 6 || i == 8 || i == 10) && text[at++] != '-') {
      return false;
    }
    const int high = hex_digit(text[at]), low = hex_digit(text[at + 1]);
    if (high < 0 || low < 0) {
      return false;
    }
    result[i] = static_cast<std::uint8_t>(high << 4 | low);
    at += 2;
  }
  out = result;
  return true;
}

std::string GtidSet::to_string(std::string_view separator, bool whole_ranges) const {
  std::string out;
  const Source* previous = nullptr;
  for (const auto& [source, intervals] : sources_) {
    if (previous == nullptr || previous->uuid != source.uuid) {
      if (previous != nullptr) {
        out += separator;
      }
      append_uuid(out, source.uuid);
    }
    if (!source.tag.empty()) {
      out += ':';
      out += source.tag;
    }
    for (const auto& i : intervals) {
      fmt::format_to(std::back_inserter(out), ":{}", i.first);
      if (whole_ranges || i.last != i.first) {
        fmt::format_to(std::back_inserter(out), "-{}", i.last);
      }
    }
    previous = &source;
  }
  return out;
}

std::uint64_t GtidSet::count() const noexcept {
  std::uint64_t n = 0;
  for (const auto& [source, intervals] : sources_) {
    for (const auto& i : intervals) {
      n += static_cast<std::uint64_t>(i.last - i.first) + 1;
    }
  }
  return n;
}

bool GtidSet::contains(const Source& source, std::int64_t number) const {
  const auto it = sources_.find(source);
  if (it == sources_.end()) {
    return false;
  }
  const auto at = std::lower_bound(it->second.begin(), it->second.end(), number,
                                   [](const Interval& i, std::int64_t n) { return i.last < n; });
  return at != it->second.end() && at->first <= number;
}

bool GtidSet::contains(const GtidSet& other) const {
  for (const auto& [source, intervals] : other.sources_) {
    const auto it = sources_.find(source);
    if (it == sources_.end() || !minus(intervals, it->second).empty()) {
      return false;
    }
  }
  return true;
}

void GtidSet::add(const Source& source, Interval interval) {
  if (interval.first <= interval.last) {
    insert(sources_[source], interval);
  }
}

void GtidSet::add(const Uuid& uuid, std::string_view tag, std::int64_t number) {
  insert(sources_[Source{uuid, std::string(tag)}], {number, number});
}

void GtidSet::add(const GtidSet& other) {
  for (const auto& [source, intervals] : other.sources_) {
    Intervals& mine = sources_[source];
    for (const auto& i : intervals) {
      insert(mine, i);
    }
  }
}

void GtidSet::subtract(const GtidSet& other) {
  for (auto it = sources_.begin(); it != sources_.end();) {
    if (const auto found = other.sources_.find(it->first); found != other.sources_.end()) {
      it->second = minus(it->second, found->second);
    }
    it = it->second.empty() ? sources_.erase(it) : std::next(it);
  }
}

GtidSet GtidSet::intersect(const GtidSet& other) const {
  GtidSet outside = *this;
  outside.subtract(other);
  GtidSet out = *this;
  out.subtract(outside);
  return out;
}

std::string MariaDbGtid::to_string() const { return fmt::format("{}-{}-{}", domain, server_id, sequence); }

}  // namespace tandem::binlog
