#include "tandem/base/error.hpp"

#include "tandem/base/result.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace tandem {
namespace {

TEST(Error, TextCarriesTheRemedy) {
  const Error e(ErrorKind::auth, "Access denied for 'dbz'.", "GRANT REPLICATION SLAVE ON *.* TO dbz");
  EXPECT_EQ(e.text(), "Access denied for 'dbz'. Remedy: GRANT REPLICATION SLAVE ON *.* TO dbz");
}

TEST(Error, ContextIsInnermostFirst) {
  const TandemError e =
      TandemError(ErrorKind::transient, "gone").while_doing("reading").while_doing("starting");
  EXPECT_EQ(e.error().trace(), "tandem.transient: gone\n\tat reading\n\tat starting\n");
}

TEST(Error, CurrentErrorKnowsOursAndOthers) {
  try {
    raise(ErrorKind::schema, "no table");
  } catch (...) {
    EXPECT_EQ(current_error().kind, ErrorKind::schema);
  }
  try {
    throw std::runtime_error("odd");
  } catch (...) {
    EXPECT_EQ(current_error().kind, ErrorKind::bug);
    EXPECT_EQ(current_error().message, "odd");
  }
}

Result<int> half(int n) {
  if (n % 2 != 0) {
    return Error(ErrorKind::data, "odd number");
  }
  return n / 2;
}

TEST(Result, ValueOrThrow) {
  EXPECT_EQ(value_or_throw(half(4)), 2);
  EXPECT_THROW(value_or_throw(half(3)), TandemError);
}

}  // namespace
}  // namespace tandem
