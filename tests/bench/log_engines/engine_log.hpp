#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

/// One partition's records by offset, on a storage engine under measurement. One thread uses it.
namespace tandem::bench {

class EngineLog {
 public:
  using Each = std::function<void(std::uint64_t offset, std::string_view value)>;
  virtual ~EngineLog() = default;
  /// All of `values` from offset `first` on, whole or not at all, on the disk when it returns.
  virtual void append(std::uint64_t first, std::span<const std::string> values) = 0;
  virtual void read(std::uint64_t from, std::uint64_t count, const Each& each) = 0;
  /// What retention does: records before `offset` are gone.
  virtual void remove_before(std::uint64_t offset) = 0;
  /// Returns when the engine's own work in the background is done.
  virtual void settle() = 0;
};

std::unique_ptr<EngineLog> open_rocksdb(const std::string& folder);
std::unique_ptr<EngineLog> open_sqlite(const std::string& folder);
std::unique_ptr<EngineLog> open_lmdb(const std::string& folder);

/// The key that sorts as its number does.
inline std::string big_endian(std::uint64_t n) {
  std::string out(8, '\0');
  for (int i = 7; i >= 0; --i, n >>= 8) {
    out[static_cast<std::size_t>(i)] = static_cast<char>(n);
  }
  return out;
}
inline std::uint64_t from_big_endian(std::string_view key) {
  std::uint64_t n = 0;
  for (const char c : key) {
    n = n << 8 | static_cast<unsigned char>(c);
  }
  return n;
}

}  // namespace tandem::bench
