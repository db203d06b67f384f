#include "tandem/base/socket_hold.hpp"

#include <array>
#include <vector>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tandem {
namespace {

using Pair = std::array<int, 2>;

Pair connected() {
  Pair p{};
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, p.data()), 0);
  return p;
}
/// What a read at `descriptor` gives: a byte that was sent, 0 at the end, -1 when there is nothing yet.
ssize_t read_one(int descriptor) {
  char byte = 0;
  return ::recv(descriptor, &byte, 1, MSG_DONTWAIT);
}

TEST(SocketHold, EndsWhatBlocksInTheSocket) {
  const Pair p = connected();
  SocketHold held;
  held.hold(p[0]);
  EXPECT_EQ(read_one(p[1]), -1);
  held.shut_down();
  EXPECT_EQ(read_one(p[0]), 0);
  EXPECT_EQ(read_one(p[1]), 0);
  ::close(p[0]);
  ::close(p[1]);
}

TEST(SocketHold, NeverEndsAnotherOfTheSameNumber) {
  const Pair p = connected();
  SocketHold held;
  held.hold(p[0]);
  ::close(p[0]);  // as a library does when the connection is lost
  std::vector<Pair> others;
  do {
    others.push_back(connected());
  } while (others.back()[0] != p[0] && others.back()[1] != p[0] && others.size() < 1000);
  ASSERT_LT(others.size(), 1000U) << "the number was not given again";
  held.shut_down();
  EXPECT_EQ(read_one(p[1]), 0);
  for (const Pair& other : others) {
    EXPECT_EQ(read_one(other[0]), -1) << "it was ended";
    EXPECT_EQ(::send(other[0], "x", 1, MSG_NOSIGNAL), 1);
    EXPECT_EQ(read_one(other[1]), 1);
    ::close(other[0]);
    ::close(other[1]);
  }
  ::close(p[1]);
}

TEST(SocketHold, ReleasedItHoldsNothing) {
  const Pair p = connected();
  SocketHold held;
  held.hold(p[0]);
  held.release();
  held.shut_down();
  EXPECT_EQ(read_one(p[1]), -1);
  ::close(p[0]);
  EXPECT_EQ(read_one(p[1]), 0) << "a released hold keeps nothing open";
  ::close(p[1]);
}

}  // namespace
}  // namespace tandem
