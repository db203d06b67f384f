#include "rest/exchange.hpp"

#include <vector>

namespace tandem::rest {

std::shared_ptr<Pending> Deadlines::track(http::Responder respond) {
  auto pending = std::make_shared<Pending>(std::move(respond));
  const std::lock_guard lock(mutex_);
  waiting_.push_back({std::chrono::steady_clock::now() + limit_, pending});
  return pending;
}

void Deadlines::sweep(std::chrono::steady_clock::time_point now) {
  std::vector<std::shared_ptr<Pending>> late;
  {
    const std::lock_guard lock(mutex_);
    while (!waiting_.empty()) {
      auto pending = waiting_.front().pending.lock();
      if (pending && waiting_.front().at > now) {
        break;
      }
      if (pending) {
        late.push_back(std::move(pending));
      }
      waiting_.pop_front();
    }
  }
  for (const auto& pending : late) {
    pending->answer(late_());
  }
}

}  // namespace tandem::rest
