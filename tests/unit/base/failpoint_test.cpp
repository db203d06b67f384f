#include "tandem/base/failpoint.hpp"

#include "tandem/base/error.hpp"

#include <cstdlib>

#include <gtest/gtest.h>

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
