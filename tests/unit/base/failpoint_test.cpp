#include "tandem/base/failpoint.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include "tandem/base/error.hpp"

namespace tandem {
namespace {

// The environment is read at the first pass of the process, so all of it stands in one test.
TEST(Failpoint, ArmedByTheEnvironmentAndOnce) {
  setenv("TANDEM_FAILPOINTS", "third=3*error,first=error,bad", 1);
  failpoint("unknown");
  EXPECT_THROW(failpoint("first"), TandemError);
  EXPECT_NO_THROW(failpoint("first"));
  EXPECT_NO_THROW(failpoint("third"));
  EXPECT_NO_THROW(failpoint("third"));
  EXPECT_THROW(failpoint("third"), TandemError);
}

}  // namespace
}  // namespace tandem
