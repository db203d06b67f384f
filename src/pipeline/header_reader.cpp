#include "pipeline/header_reader.hpp"

#include <algorithm>

namespace tandem::pipeline {

Headers HeaderReader::read(const std::shared_ptr<const std::string>& topic,
                           std::span<const topics::RecordHeader> raw) {
  if (raw.empty()) {
    return {};
  }
  if (last_topic_ != topic) {
    last_ = &topics_[*topic];
    last_topic_ = topic;
  }
  const auto& bytes = last_->bytes;
  const auto same =
      static_cast<std::size_t>(std::ranges::mismatch(bytes, raw,
                                                     [](const auto& known, const topics::RecordHeader& h) {
                                                       return known.first == h.key && known.second == h.value;
                                                     })
                                   .in1 -
                               bytes.begin());
  if (same == bytes.size() && same > 0) {
    last_->misses = 0;
    Headers out(last_->converted);
    for (const auto& h : raw.subspan(same)) {
      out.push_back(convert(*topic, h));
    }
    return out;
  }
  Headers out;
  for (const auto& h : raw) {
    out.push_back(convert(*topic, h));
  }
  // Where every record's first header is its own, there is nothing to learn each time.
  if (same > 0 || last_->misses++ % 64 == 0) {
    learn(*last_, same == 0 ? raw.size() : same, out, raw);
  }
  return out;
}

Header HeaderReader::convert(const std::string& topic, const topics::RecordHeader& raw) {
  auto h = converter_.to_connect(topic, raw.key, raw.value);
  return {std::string(raw.key), std::move(h.schema), std::move(h.value)};
}

void HeaderReader::learn(Known& known, std::size_t count, const Headers& converted,
                         std::span<const topics::RecordHeader> raw) {
  known.bytes.clear();
  for (const auto& h : raw.first(count)) {
    known.bytes.emplace_back(h.key, h.value);
  }
  const auto& all = converted.own();
  known.converted =
      std::make_shared<const Headers::List>(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(count));
}

}  // namespace tandem::pipeline
