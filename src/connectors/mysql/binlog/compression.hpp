#pragma once
#include "connectors/mysql/binlog/event.hpp"
#include "tandem/base/result.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

struct ZSTD_DCtx_s;

namespace tandem::binlog {

/// The events inside of a TRANSACTION_PAYLOAD event, unpacked piece by piece: memory is the largest event,
/// not the transaction. Reused for one payload after the other. `start` then `next` until nullopt; events
/// hold until the next call, and `start`'s event must hold all the while. The inner events have no checksum
/// and no position of their own.
class PayloadReader {
 public:
  PayloadReader();
  ~PayloadReader();
  PayloadReader(PayloadReader&&) noexcept;
  PayloadReader& operator=(PayloadReader&&) noexcept;

  Result<void> start(const Event& payload);
  Result<std::optional<Event>> next();

 private:
  Result<bool> fill(std::size_t bytes);

  struct Free {
    void operator()(ZSTD_DCtx_s* c) const noexcept;
  };
  std::unique_ptr<ZSTD_DCtx_s, Free> zstd_;
  BytesView input_;
  std::string buffer_;
  std::size_t begin_ = 0, end_ = 0;  // what is unpacked and not yet handed out
  bool compressed_ = true;
};

/// MariaDB's log_bin_compress: a header byte (zlib), the length, a zlib stream. `out` is replaced.
Result<void> uncompress_mariadb(BytesView packed, std::string& out);

}  // namespace tandem::binlog
