#include "pipeline/record_encoder.hpp"

#include <algorithm>

namespace tandem::pipeline {
namespace {

/// What a full batch takes, with the record that passes its bound: growing would copy it.
constexpr std::size_t kArena = RecordEncoder::kFullBytes + (std::size_t{64} << 10);
/// An arena that one huge batch has grown is given back rather than kept.
constexpr std::size_t kKeepArena = std::size_t{8} << 20;
/// Batches are done in ones and twos; more stay only behind a burst.
constexpr std::ptrdiff_t kSpareArenas = 2;

}  // namespace

RecordEncoder::RecordEncoder(const TaskServices& services, const ConfigMap& connector, Tolerance& tolerance)
    : tolerance_(tolerance),
      chain_(connector, services.registry),
      converters_(make_converters(services, connector)) {
  begin();
}

/// One that no producer holds.
RecordEncoder::Arena RecordEncoder::free_arena() {
  // What a huge batch has grown goes when its producer lets go of it.
  std::erase_if(arenas_, [](const Arena& arena) { return arena->capacity() > kKeepArena; });
  const auto spare = std::partition(arenas_.begin(), arenas_.end(),
                                    [](const Arena& arena) { return arena.use_count() > 1; });
  if (spare == arenas_.end()) {
    arenas_.push_back(std::make_shared<std::string>());
    arenas_.back()->reserve(kArena);
    return arenas_.back();
  }
  arenas_.erase(spare + std::min<std::ptrdiff_t>(arenas_.end() - spare, kSpareArenas), arenas_.end());
  return arenas_.back();
}

void RecordEncoder::begin() {
  arena_.reset();
  arena_ = free_arena();
  arena_->clear();
  pending_.clear();
  pending_headers_.clear();
  shared_ = {};
}

bool RecordEncoder::add(SourceRecord& record, const std::stop_token& stop) {
  const auto describe = [&] { return "a record for topic " + record.topic; };
  if (!chain_.empty()) {
    bool keep = true;
    if (tolerance_.run(
            Stage::transformation, stop, [&] { keep = chain_.apply(record); }, describe) ||
        !keep) {
      return false;
    }
  }
  const auto start = arena_->size();
  const auto first_header = pending_headers_.size();
  Pending p{record.topic, record.partition.value_or(-1), record.timestamp_ms.value_or(-1), {}, {},
            first_header, record.headers.size()};
  const auto convert = [&](Range& range, const auto& write) {
    const auto at = arena_->size();
    range.at = at;
    try {
      range.present = write();
    } catch (...) {
      arena_->resize(at);
      throw;
    }
    range.length = arena_->size() - at;
  };
  const auto skip = [&] {
    arena_->resize(start);
    pending_headers_.resize(first_header);
    shared_ = {};  // may have been written just now
    return false;
  };
  const auto put = [&](const Headers::List& headers) {
    for (const auto& header : headers) {
      PendingHeader h{&header.key, {}};
      if (tolerance_.run(
              Stage::header_converter, stop,
              [&] {
                convert(h.value,
                        [&] { return converters_.header->from_connect(record.topic, header, *arena_); });
              },
              describe)) {
        return false;
      }
      pending_headers_.push_back(h);
    }
    return true;
  };
  const auto& shared = record.headers.shared();
  const auto& own = record.headers.own();
  if (shared && (shared != shared_.list || record.topic != shared_.topic)) {
    if (!put(*shared)) {
      return skip();
    }
    shared_ = {shared, record.topic, first_header};
  }
  if (shared && own.empty()) {
    p.first_header = shared_.first;
  } else {
    p.first_header = pending_headers_.size();
    for (std::size_t i = 0; shared && i < shared->size(); ++i) {
      pending_headers_.push_back(pending_headers_[shared_.first + i]);
    }
    if (!put(own)) {
      return skip();
    }
  }
  if (tolerance_.run(
          Stage::key_converter, stop,
          [&] {
            convert(p.key, [&] {
              return converters_.key->from_connect(record.topic, record.key_schema, record.key, *arena_);
            });
          },
          describe)) {
    return skip();
  }
  if (tolerance_.run(
          Stage::value_converter, stop,
          [&] {
            convert(p.value, [&] {
              return converters_.value->from_connect(record.topic, record.value_schema, record.value,
                                                     *arena_);
            });
          },
          describe)) {
    return skip();
  }
  pending_.push_back(p);
  return true;
}

void RecordEncoder::add_raw(std::string_view topic, std::string_view key,
                            std::optional<std::string_view> value) {
  Pending p{topic, -1, -1, {arena_->size(), key.size(), true}, {}, pending_headers_.size(), 0};
  *arena_ += key;
  if (value) {
    p.value = {arena_->size(), value->size(), true};
    *arena_ += *value;
  }
  pending_.push_back(p);
}

std::span<const topics::OutRecord> RecordEncoder::records() {
  headers_.clear();
  headers_.reserve(pending_headers_.size());
  for (const auto& h : pending_headers_) {
    headers_.push_back({*h.key, h.value.present ? std::optional(view(h.value)) : std::nullopt});
  }
  out_.resize(pending_.size());
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    const auto& p = pending_[i];
    auto& o = out_[i];
    o.topic = p.topic;
    o.partition = p.partition;
    o.timestamp_ms = p.timestamp_ms;
    o.key = p.key.present ? std::optional(view(p.key)) : std::nullopt;
    o.value = p.value.present ? std::optional(view(p.value)) : std::nullopt;
    o.headers = {headers_.data() + p.first_header, p.headers};
  }
  return out_;
}

}  // namespace tandem::pipeline
