#pragma once
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

namespace tandem {

/// Bytes are carried as char ranges throughout: every client library, RapidJSON and std::string agree on
/// char.
using BytesView = std::string_view;

/// Owned bytes that are not text; a type of its own so that a Value knows STRING from BYTES.
struct Bytes {
  std::string data;
  BytesView view() const noexcept { return data; }
  friend bool operator==(const Bytes&, const Bytes&) = default;
  friend auto operator<=>(const Bytes&, const Bytes&) = default;
};

/// A cursor over bytes that are not ours. A read that does not fit returns false and leaves the cursor where
/// it was. Little-endian unless the name says otherwise. Lifetime: the bytes outlive the reader.
class ByteReader {
 public:
  explicit ByteReader(BytesView bytes) noexcept : p_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  std::size_t remaining() const noexcept { return static_cast<std::size_t>(end_ - p_); }
  bool empty() const noexcept { return p_ == end_; }
  const char* position() const noexcept { return p_; }
  BytesView rest() const noexcept { return {p_, remaining()}; }

  /// Unsigned little-endian integer of `width` bytes (1 to 8).
  bool read_uint(std::uint64_t& out, std::size_t width) noexcept {
    if (remaining() < width) {
      return false;
    }
    std::uint64_t v = 0;
    for (std::size_t i = 0; i < width; ++i) {
      v |= static_cast<std::uint64_t>(static_cast<unsigned char>(p_[i])) << (8 * i);
    }
    p_ += width;
    out = v;
    return true;
  }
  template <std::integral T>
  bool read(T& out) noexcept {
    if (remaining() < sizeof(T)) {
      return false;
    }
    std::memcpy(&out, p_, sizeof(T));
    if constexpr (std::endian::native == std::endian::big) {
      out = swap(out);
    }
    p_ += sizeof(T);
    return true;
  }
  /// Big-endian (network order) integer.
  template <std::integral T>
  bool read_be(T& out) noexcept {
    if (remaining() < sizeof(T)) {
      return false;
    }
    std::memcpy(&out, p_, sizeof(T));
    if constexpr (std::endian::native == std::endian::little) {
      out = swap(out);
    }
    p_ += sizeof(T);
    return true;
  }
  bool read_bytes(BytesView& out, std::size_t n) noexcept {
    if (remaining() < n) {
      return false;
    }
    out = {p_, n};
    p_ += n;
    return true;
  }
  /// Up to a NUL, which is consumed and not part of the result.
  bool read_cstring(BytesView& out) noexcept {
    const void* nul = std::memchr(p_, 0, remaining());
    if (nul == nullptr) {
      return false;
    }
    const auto* at = static_cast<const char*>(nul);
    out = {p_, static_cast<std::size_t>(at - p_)};
    p_ = at + 1;
    return true;
  }
  bool skip(std::size_t n) noexcept {
    if (remaining() < n) {
      return false;
    }
    p_ += n;
    return true;
  }

 private:
  template <std::integral T>
  static T swap(T v) noexcept {
    if constexpr (sizeof(T) == 1) {
      return v;
    } else if constexpr (sizeof(T) == 2) {
      return static_cast<T>(__builtin_bswap16(static_cast<std::uint16_t>(v)));
    } else if constexpr (sizeof(T) == 4) {
      return static_cast<T>(__builtin_bswap32(static_cast<std::uint32_t>(v)));
    } else {
      return static_cast<T>(__builtin_bswap64(static_cast<std::uint64_t>(v)));
    }
  }
  const char* p_;
  const char* end_;
};

std::string to_hex(BytesView bytes);
/// Standard alphabet, padded, no line breaks (what Jackson writes).
std::string to_base64(BytesView bytes);
void append_base64(std::string& out, BytesView bytes);
/// False when `text` is not base64 (standard alphabet, padded).
bool from_base64(std::string_view text, std::string& out);

}  // namespace tandem
