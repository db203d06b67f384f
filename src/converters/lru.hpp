#pragma once
#include <cstddef>
#include <list>
#include <unordered_map>
#include <utility>

namespace tandem::converters {

/// The `capacity` most recently used values by key. One thread.
template <class Key, class Value>
class Lru {
 public:
  explicit Lru(std::size_t capacity) : capacity_(capacity == 0 ? 1 : capacity) {}

  Value* find(const Key& key) {
    const auto it = index_.find(key);
    if (it == index_.end()) {
      return nullptr;
    }
    order_.splice(order_.begin(), order_, it->second);
    return &it->second->second;
  }

  /// The key must not be there. The reference holds until the entry is the least recently used one.
  Value& put(Key key, Value value) {
    if (index_.size() == capacity_) {
      index_.erase(order_.back().first);
      order_.pop_back();
    }
    order_.emplace_front(std::move(key), std::move(value));
    index_.emplace(order_.front().first, order_.begin());
    return order_.front().second;
  }

 private:
  std::size_t capacity_;
  std::list<std::pair<Key, Value>> order_;
  std::unordered_map<Key, typename std::list<std::pair<Key, Value>>::iterator> index_;
};

}  // namespace tandem::converters
