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

std::string named(const SourceRecord& record) { return "a record for topic " + record.topic; }

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
  if (!chain_.empty()) {
    bool keep = true;
    const auto failed = tolerance_.run(
        Stage::transformation, stop, [&] { keep = chain_.apply(record); }, [&] { return named(record); });
    if (failed || !keep) {
      return false;
    }
  }
  const auto start = arena_->size();
  const auto first_header = pending_headers_.size();
  Pending p{record.topic, record.partition.value_or(-1), record.timestamp_ms.value_or(-1), {}, {},
            first_header, record.headers.size()};
  const auto key = [&](std::string& out) {
    return converters_.key->from_connect(record.topic, record.key_schema, record.key, out);
  };
  const auto value = [&](std::string& out) {
    return converters_.value->from_connect(record.topic, record.value_schema, record.value, out);
  };
  if (add_headers(record, stop, p) && convert(Stage::key_converter, record, stop, p.key, key) &&
      convert(Stage::value_converter, record, stop, p.value, value)) {
    pending_.push_back(p);
    return true;
  }
  arena_->resize(start);
  pending_headers_.resize(first_header);
  shared_ = {};  // may have been written just now
  return false;
}

template <class Write>
bool RecordEncoder::convert(Stage stage, const SourceRecord& record, const std::stop_token& stop,
                            Range& range, Write&& write) {
  range.at = arena_->size();
  const auto failed = tolerance_.run(
      stage, stop,
      [&] {
        arena_->resize(range.at);  // a second attempt begins where the first did
        range.present = write(*arena_);
      },
      [&] { return named(record); });
  range.length = arena_->size() - range.at;
  return !failed;
}

/// Those in common once a batch and topic: records with none of their own point to the same ones.
bool RecordEncoder::add_headers(const SourceRecord& record, const std::stop_token& stop, Pending& p) {
  const auto& shared = record.headers.shared();
  const auto& own = record.headers.own();
  if (shared && (shared != shared_.list || record.topic != shared_.topic)) {
    shared_ = {shared, record.topic, pending_headers_.size()};
    if (!write_headers(*shared, record, stop)) {
      return false;
    }
  }
  if (shared && own.empty()) {
    p.first_header = shared_.first;
    return true;
  }
  p.first_header = pending_headers_.size();
  for (std::size_t i = 0; shared && i < shared->size(); ++i) {
    pending_headers_.push_back(pending_headers_[shared_.first + i]);
  }
  return write_headers(own, record, stop);
}

bool RecordEncoder::write_headers(const Headers::List& headers, const SourceRecord& record,
                                  const std::stop_token& stop) {
  return std::ranges::all_of(headers, [&](const Header& header) {
    PendingHeader h{&header.key, {}};
    const bool done = convert(Stage::header_converter, record, stop, h.value, [&](std::string& out) {
      return converters_.header->from_connect(record.topic, header, out);
    });
    pending_headers_.push_back(h);
    return done;
  });
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
