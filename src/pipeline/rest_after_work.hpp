#pragma once
#include "tandem/base/spare_memory.hpp"

#include <cstddef>

namespace tandem::pipeline {

/// Gives spare memory back when a task's thread finds nothing more to do after a burst. One task thread.
class RestAfterWork {
 public:
  /// After each look for work: how many records it brought.
  void after(std::size_t records) noexcept {
    since_ += records;
    if (records == 0 && since_ >= kBurst) {
      since_ = 0;
      release_spare_memory();
    }
  }

 private:
  static constexpr std::size_t kBurst = 5000;  ///< fewer leave too little behind to be worth a millisecond
  std::size_t since_ = 0;
};

}  // namespace tandem::pipeline
