#pragma once
#include <compare>
#include <cstddef>
#include <functional>

namespace tandem {

/// A number that cannot be mixed up with another number: NamedType<std::int64_t, struct KafkaOffsetTag>.
template <class T, class Tag>
class NamedType {
 public:
  using value_type = T;
  constexpr NamedType() = default;
  constexpr explicit NamedType(T v) : value_(v) {}
  constexpr T value() const noexcept { return value_; }
  friend constexpr auto operator<=>(const NamedType&, const NamedType&) = default;

 private:
  T value_{};
};

}  // namespace tandem

template <class T, class Tag>
struct std::hash<tandem::NamedType<T, Tag>> {
  std::size_t operator()(const tandem::NamedType<T, Tag>& v) const noexcept {
    return std::hash<T>{}(v.value());
  }
};
